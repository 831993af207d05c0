"""Every failure we can explain, in one table, so that the terminal, the README and `materials help` say the same.

A failure has a code word (stable, for programs and for looking it up), an exit status (for cron), and three texts:
what happened is said where it is raised; why and how to fix it stand here.
"""

from dataclasses import dataclass
from enum import IntEnum


class ExitStatus(IntEnum):
    """The contract with cron and scripts: a status never changes its meaning."""

    DONE = 0
    BUG = 1
    USAGE = 2
    PARTIAL = 3
    PERSON_NEEDED = 4
    INTEGRITY = 5
    DISK = 6
    TEMPORARY = 75
    INTERRUPTED = 130


EXIT_MEANINGS: dict[ExitStatus, str] = {
    ExitStatus.DONE: "Done, or nothing to do.",
    ExitStatus.BUG: "A bug in materials: please report it with the text shown.",
    ExitStatus.USAGE: "The command, a file name or materials.toml is not as it should be.",
    ExitStatus.PARTIAL: "Done, but something is not well: `materials status` and `materials doctor` name it.",
    ExitStatus.PERSON_NEEDED: "The link or the credential needs a person.",
    ExitStatus.INTEGRITY: "Bytes are not what they should be.",
    ExitStatus.DISK: "The disk is full, read-only or not writable.",
    ExitStatus.TEMPORARY: "Temporary: locked by another run, rate-limited or offline. Try again later.",
    ExitStatus.INTERRUPTED: "Interrupted from the keyboard. Nothing is lost; run it again.",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is always true of one kind of failure: its exit status, its usual cause and its remedy."""

    status: ExitStatus
    why: str
    fix: str


_USAGE, _PERSON = ExitStatus.USAGE, ExitStatus.PERSON_NEEDED
_DISK, _LATER = ExitStatus.DISK, ExitStatus.TEMPORARY

EXPLANATIONS: dict[str, Explanation] = {
    "bad_usage": Explanation(
        _USAGE,
        "The command line could not be understood.",
        "See `materials --help`, or `materials COMMAND --help`.",
    ),
    "not_a_folder_link": Explanation(
        _USAGE,
        "materials archives Google Drive folders, and this is not the link of one.",
        "Open the folder in Drive, choose Share → Copy link, and paste that link. "
        "It looks like https://drive.google.com/drive/folders/…",
    ),
    "file_link": Explanation(
        _USAGE,
        "This link leads to one file; materials archives whole folders.",
        "Open the folder that holds the file and copy the folder's link, or ask the organiser for it.",
    ),
    "no_archive": Explanation(
        _USAGE,
        "There is no materials.toml here or in any folder above.",
        "Go to your archive's folder, name it with --archive FOLDER, or start one with `materials add LINK`.",
    ),
    "bad_settings": Explanation(
        _USAGE,
        "materials.toml cannot be used as it stands.",
        "Correct the line named above; `materials help settings` lists every key.",
    ),
    "unknown_collection": Explanation(
        _USAGE,
        "materials.toml has no collection of that name.",
        "`materials status` lists the collections of this archive.",
    ),
    "collection_exists": Explanation(
        _USAGE,
        "Each collection needs a name of its own.",
        "Choose another name with --name, or edit the collection in materials.toml.",
    ),
    "unknown_item": Explanation(
        _USAGE,
        "Nothing in this archive has that path, id or name.",
        "Look with `materials list` or `materials search WORDS`.",
    ),
    "ambiguous_item": Explanation(
        _USAGE,
        "More than one item fits.",
        "Repeat the command with one of the ids shown.",
    ),
    "unknown_version": Explanation(
        _USAGE,
        "Versions are counted back (1: the one before the present one), or named by a day or the beginning of their SHA-256.",
        "`materials show ITEM` lists the earlier versions.",
    ),
    "nothing_to_compare": Explanation(
        _USAGE,
        "Only files whose text can be read are compared.",
        "Open both yourself: the earlier bytes lie in .materials/versions, under their SHA-256.",
    ),
    "bytes_missing": Explanation(
        ExitStatus.INTEGRITY,
        "The catalogue tells of bytes that somebody has taken off this disk.",
        "`materials sync` brings back what is still on Drive; restore earlier versions from a backup.",
    ),
    "broken_history": Explanation(
        ExitStatus.INTEGRITY,
        "Each event proves all before it; one was changed, taken out or put in outside this program.",
        "Compare with a backup of .materials/catalogue.sqlite. The files themselves are proved by SHA256SUMS.",
    ),
    "newer_archive": Explanation(
        _USAGE,
        "The archive was written by a newer version of materials than this one.",
        "Upgrade materials on this machine. Nothing was changed.",
    ),
    "bad_catalogue": Explanation(
        ExitStatus.INTEGRITY,
        "The file .materials/catalogue.sqlite is damaged or is no catalogue. Your files are untouched.",
        "Restore it from a backup; or move it away and run `materials sync`, which builds a new one.",
    ),
    "bad_emulator_host": Explanation(
        _USAGE,
        "DRIVE_EMULATOR_HOST may only name this machine, so that no real credential is ever sent elsewhere.",
        "Set it to 127.0.0.1:PORT, or unset it to talk to Google Drive.",
    ),
    "nothing_to_open_with": Explanation(
        _USAGE,
        "No program to open files with was found on this machine.",
        "Open the file shown above yourself.",
    ),
    "no_credential": Explanation(
        _PERSON,
        "Google Drive answers programs only when they say who they are.",
        "Make a free API key (README: “Getting in”) and store it with `materials auth set-key`.",
    ),
    "bad_key": Explanation(
        _PERSON,
        "Google does not accept this API key: it is mistyped, deleted, or not allowed to use the Drive API.",
        "Copy the key again from the Google Cloud console, check that the Google Drive API is enabled for its project, "
        "and store it with `materials auth set-key`.",
    ),
    "credential_rejected": Explanation(
        _PERSON,
        "Google no longer accepts the credential.",
        "Sign in again with `materials auth login`, store a fresh key with `materials auth set-key`, or put a fresh account "
        "file where GOOGLE_APPLICATION_CREDENTIALS points.",
    ),
    "bad_account_file": Explanation(
        _PERSON,
        "GOOGLE_APPLICATION_CREDENTIALS names a file that is missing or describes no account.",
        "Download the service account's JSON key again and name it there, or unset the variable.",
    ),
    "login_failed": Explanation(
        _PERSON,
        "Google did not confirm the sign-in: it was refused, took longer than five minutes, or came back changed.",
        "Start `materials auth login` again; on a machine without a browser add --no-browser.",
    ),
    "api_not_enabled": Explanation(
        _PERSON,
        "The Google Drive API is switched off for the project that the credential belongs to.",
        "In the Google Cloud console: APIs & Services → Library → Google Drive API → Enable. Wait a minute, try again.",
    ),
    "link_not_found": Explanation(
        _PERSON,
        "There is no such folder, or it is private: Google gives the same answer to both.",
        "Check the link in a private browser window. If it asks you to sign in, ask the owner to set "
        "Share → General access → “Anyone with the link”.",
    ),
    "link_not_shared": Explanation(
        _PERSON,
        "The folder exists, but it is not shared with you.",
        "Ask the owner to set Share → General access → “Anyone with the link”.",
    ),
    "folder_trashed": Explanation(
        _PERSON,
        "The owner has put the folder into the bin; Google deletes it for good after 30 days.",
        "Ask the owner to restore it. Everything held here is kept.",
    ),
    "folder_empty": Explanation(
        _PERSON,
        "Its owner has emptied it, or Drive does not let us look into it any more: then it shows an empty list.",
        "Everything held is kept. Ask the owner whether it is still shared; if it is rightly empty: "
        "materials sync --accept-withdrawals.",
    ),
    "folder_closed": Explanation(
        ExitStatus.PARTIAL,
        "Drive shows an empty list of a folder into which it does not let us look.",
        "What it held is kept. Ask the owner to share that folder again.",
    ),
    "list_incomplete": Explanation(
        ExitStatus.PARTIAL,
        "Drive did not show all of the folder this time.",
        "Nothing to do: what was not seen is kept, and the next run looks again.",
    ),
    "withdrawals_held": Explanation(
        ExitStatus.PARTIAL,
        "When many items vanish at once, access was lost more often than somebody tidied up.",
        "Look at the folder on Drive. If it is right: materials sync --accept-withdrawals. If not, ask the owner.",
    ),
    "download_forbidden": Explanation(
        ExitStatus.PARTIAL,
        "The owner does not allow this file to be downloaded, or Google has flagged it.",
        "Ask the owner for the file. The run went on without it.",
    ),
    "export_too_large": Explanation(
        ExitStatus.PARTIAL,
        "Google does not convert a document of this size.",
        "Ask the owner to put a PDF of it into the folder. The run went on without it.",
    ),
    "download_quota": Explanation(
        ExitStatus.PARTIAL,
        "Too many people have downloaded this file lately; Google opens it again within about 24 hours.",
        "Nothing to do: the next run tries again.",
    ),
    "file_gone": Explanation(
        ExitStatus.PARTIAL,
        "The file vanished, or is no longer shared, since the folder was listed.",
        "Nothing to do: the next run sees the folder as it is then.",
    ),
    "bad_bytes": Explanation(
        ExitStatus.PARTIAL,
        "What arrived is not what Drive promised, so it was not taken into the archive.",
        "Run `materials sync` again. If it happens again, tell the owner of the file.",
    ),
    "rate_limited": Explanation(
        _LATER,
        "Google asks us to slow down; the folder itself is fine.",
        "Wait some minutes and run it again; it goes on where it stopped.",
    ),
    "bad_certificates": Explanation(
        _USAGE,
        "REQUESTS_CA_BUNDLE or SSL_CERT_FILE names a file of certificates that is missing or is none.",
        "Correct that variable, or unset it: then the certificates that this computer trusts are used.",
    ),
    "offline": Explanation(
        _LATER,
        "The network, a proxy or Google could not be reached.",
        "Check the connection (in an office: HTTPS_PROXY) and run it again; it goes on where it stopped.",
    ),
    "google_trouble": Explanation(
        _LATER,
        "Google had a fault of its own and repeated tries did not help.",
        "Run it again later; it goes on where it stopped.",
    ),
    "bug": Explanation(
        ExitStatus.BUG,
        "This is a bug in materials. Your files are not touched by it.",
        "Please report the text shown.",
    ),
    "unexpected_answer": Explanation(
        ExitStatus.BUG,
        "Google Drive answered in a way this version does not know.",
        "Please report the text shown.",
    ),
    "locked": Explanation(
        _LATER,
        "Two runs must not write to one archive at the same time.",
        "Wait until the other run has ended.",
    ),
    "bad_schedule": Explanation(
        _USAGE,
        "This machine's timer is missing, is not meant for this, or did not take the job.",
        "`materials schedule` says what this machine has; with --print the job can be installed by hand.",
    ),
    "disk_full": Explanation(_DISK, "The disk has no room left.", "Free some space and run it again; nothing is lost."),
    "disk_refused": Explanation(
        _DISK,
        "The operating system did not let materials read or write there.",
        "Check that the disk is not read-only and that you may write to the folder.",
    ),
    "path_too_long": Explanation(
        ExitStatus.PARTIAL,
        "Many folders with long names lie inside each other, and this computer's file system takes no path of that length.",
        "Ask the owner for shorter names, or keep the archive in a folder whose own path is shorter.",
    ),
    "file_too_large": Explanation(
        ExitStatus.PARTIAL,
        "Some file systems limit the size of a file (FAT32: 4 GiB), and so can the system for a user (ulimit -f).",
        "Keep the archive on a disk with another file system, or skip such files with max_size in materials.toml.",
    ),
    "interrupted": Explanation(
        ExitStatus.INTERRUPTED,
        "You stopped it.",
        "Run the same command again; it goes on where it stopped.",
    ),
}


class MaterialsError(Exception):
    """A failure with a code word of EXPLANATIONS; only the front door turns it into text and an exit status.

    what: one sentence on this very case. where: the file, link or key it is about. why, fix: override the table's.
    """

    def __init__(self, code: str, what: str, *, where: str = "", why: str = "", fix: str = "") -> None:
        explanation = EXPLANATIONS[code]
        super().__init__(what)
        self.code = code
        self.what = what
        self.where = where
        self.why = why or explanation.why
        self.fix = fix or explanation.fix

    @property
    def status(self) -> ExitStatus:
        """The exit status this failure ends a command with."""
        return EXPLANATIONS[self.code].status

    def __reduce__(self) -> tuple[object, ...]:
        """Errors travel between processes; keyword-only arguments need this to survive pickling."""
        return (_rebuild, (self.code, self.what, self.where, self.why, self.fix))


def _rebuild(code: str, what: str, where: str, why: str, fix: str) -> MaterialsError:
    return MaterialsError(code, what, where=where, why=why, fix=fix)


_ENDS_EVERYTHING = {
    "locked",
    "offline",
    "rate_limited",
    "bad_catalogue",
    "newer_archive",
    "no_credential",
    "bad_key",
    "bad_certificates",
}


def ends_everything(error: MaterialsError) -> bool:
    """Whether a failure of one collection would strike all others as well."""
    return error.status in {ExitStatus.DISK, ExitStatus.INTERRUPTED} or error.code in _ENDS_EVERYTHING
