"""Every failure we can explain, in one table, so that the terminal, the README and `materials help` say the same.

What happened in this very case is said where it is raised (errors.MaterialsError); what is always true of a code stands here.
"""

from enum import IntEnum, StrEnum
from typing import Self


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


class Reach(IntEnum):
    """How far a failure reaches: what cannot go on because of it. Everything else does."""

    FILE = 1
    COLLECTION = 2
    ARCHIVE = 3


_PASSES, _STAYS = True, False


class Code(StrEnum):
    """The word for a kind of failure (stable, for programs and for `materials help`), and what is always true of it.

    status: what a command ends with. reach: how far it reaches, unless the one who raises it knows better. passing: it goes
    away by itself, as far as anybody can know, so a person is told only when it lasts. why, fix: its usual cause and remedy.
    """

    status: ExitStatus
    reach: Reach
    passing: bool
    why: str
    fix: str

    def __new__(cls, word: str, status: ExitStatus, reach: Reach, passing: bool, why: str, fix: str) -> Self:  # noqa: FBT001 - a column
        """Take one row of the table."""
        row = str.__new__(cls, word)
        row._value_ = word
        row.status, row.reach, row.passing, row.why, row.fix = status, reach, passing, why, fix
        return row

    # A table is read by its columns.
    # fmt: off
    BAD_USAGE = (
        "bad_usage", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "The command line could not be understood.",
        "See `materials --help`, or `materials COMMAND --help`.",
    )
    NOT_A_FOLDER_LINK = (
        "not_a_folder_link", ExitStatus.USAGE, Reach.COLLECTION, _STAYS,
        "materials archives Google Drive folders, and this is not the link of one.",
        ("Open the folder in Drive, choose Share → Copy link, and paste that link. "
         "It looks like https://drive.google.com/drive/folders/…"),
    )
    FILE_LINK = (
        "file_link", ExitStatus.USAGE, Reach.COLLECTION, _STAYS,
        "This link leads to one file; materials archives whole folders.",
        "Open the folder that holds the file and copy the folder's link, or ask the organiser for it.",
    )
    NO_ARCHIVE = (
        "no_archive", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "There is no materials.toml here or in any folder above.",
        "Go to your archive's folder, name it with --archive FOLDER, or start one with `materials add LINK`.",
    )
    BAD_SETTINGS = (
        "bad_settings", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "materials.toml cannot be used as it stands.",
        "Correct the line named above; `materials help settings` lists every key.",
    )
    UNKNOWN_COLLECTION = (
        "unknown_collection", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "materials.toml has no collection of that name.",
        "`materials status` lists the collections of this archive.",
    )
    COLLECTION_EXISTS = (
        "collection_exists", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "Each collection needs a name of its own.",
        "Choose another name with --name, or edit the collection in materials.toml.",
    )
    UNKNOWN_ITEM = (
        "unknown_item", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Nothing in this archive has that path, id or name.",
        "Look with `materials list` or `materials search WORDS`.",
    )
    AMBIGUOUS_ITEM = (
        "ambiguous_item", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "More than one item fits.",
        "Repeat the command with one of the ids shown.",
    )
    UNKNOWN_VERSION = (
        "unknown_version", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Versions are counted back (1: the one before the present one), or named by a day or the beginning of their SHA-256.",
        "`materials show ITEM` lists the earlier versions.",
    )
    NOTHING_TO_COMPARE = (
        "nothing_to_compare", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Only files whose text can be read are compared.",
        "Open both yourself: the earlier bytes lie in .materials/versions, under their SHA-256.",
    )
    BYTES_MISSING = (
        "bytes_missing", ExitStatus.INTEGRITY, Reach.FILE, _STAYS,
        "The catalogue tells of bytes that somebody has taken off this disk.",
        "`materials sync` brings back what is still on Drive; restore earlier versions from a backup.",
    )
    BROKEN_HISTORY = (
        "broken_history", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "Each event proves all before it; one was changed, taken out or put in outside this program.",
        "Compare with a backup of .materials/catalogue.sqlite. The files themselves are proved by SHA256SUMS.",
    )
    NEWER_ARCHIVE = (
        "newer_archive", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "The archive was written by a newer version of materials than this one.",
        "Upgrade materials on this machine. Nothing was changed.",
    )
    BAD_CATALOGUE = (
        "bad_catalogue", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "The file .materials/catalogue.sqlite is damaged or is no catalogue. Your files are untouched.",
        "Restore it from a backup; or move it away and run `materials sync`, which builds a new one.",
    )
    BAD_EMULATOR_HOST = (
        "bad_emulator_host", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "DRIVE_EMULATOR_HOST may only name this machine, so that no real credential is ever sent elsewhere.",
        "Set it to 127.0.0.1:PORT, or unset it to talk to Google Drive.",
    )
    NOTHING_TO_OPEN_WITH = (
        "nothing_to_open_with", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "No program to open files with was found on this machine.",
        "Open the file shown above yourself.",
    )
    NO_CREDENTIAL = (
        "no_credential", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google Drive answers programs only when they say who they are.",
        "Make a free API key (README: “Getting in”) and store it with `materials auth set-key`.",
    )
    BAD_KEY = (
        "bad_key", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google does not accept this API key: it is mistyped, deleted, or not allowed to use the Drive API.",
        ("Copy the key again from the Google Cloud console, check that the Google Drive API is enabled for its project, "
         "and store it with `materials auth set-key`."),
    )
    CREDENTIAL_REJECTED = (
        "credential_rejected", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google no longer accepts the credential.",
        ("Sign in again with `materials auth login`, store a fresh key with `materials auth set-key`, or put a fresh account "
         "file where GOOGLE_APPLICATION_CREDENTIALS points."),
    )
    BAD_ACCOUNT_FILE = (
        "bad_account_file", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "GOOGLE_APPLICATION_CREDENTIALS names a file that is missing or describes no account.",
        "Download the service account's JSON key again and name it there, or unset the variable.",
    )
    LOGIN_FAILED = (
        "login_failed", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google did not confirm the sign-in: it was refused, took longer than five minutes, or came back changed.",
        "Start `materials auth login` again; on a machine without a browser add --no-browser.",
    )
    API_NOT_ENABLED = (
        "api_not_enabled", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "The Google Drive API is switched off for the project that the credential belongs to.",
        "In the Google Cloud console: APIs & Services → Library → Google Drive API → Enable. Wait a minute, try again.",
    )
    LINK_NOT_FOUND = (
        "link_not_found", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "There is no such folder, or it is private: Google gives the same answer to both.",
        ("Check the link in a private browser window. If it asks you to sign in, ask the owner to set "
         "Share → General access → “Anyone with the link”."),
    )
    LINK_NOT_SHARED = (
        "link_not_shared", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The folder exists, but it is not shared with you.",
        "Ask the owner to set Share → General access → “Anyone with the link”.",
    )
    FOLDER_TRASHED = (
        "folder_trashed", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The owner has put the folder into the bin; Google deletes it for good after 30 days.",
        "Ask the owner to restore it. Everything held here is kept.",
    )
    FOLDER_EMPTY = (
        "folder_empty", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "Its owner has emptied it, or Drive does not let us look into it any more: then it shows an empty list.",
        ("Everything held is kept. Ask the owner whether it is still shared; if it is rightly empty: "
         "materials sync --accept-withdrawals."),
    )
    FOLDER_CLOSED = (
        "folder_closed", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Drive shows an empty list of a folder into which it does not let us look.",
        "What it held is kept. Ask the owner to share that folder again.",
    )
    LIST_INCOMPLETE = (
        "list_incomplete", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "Drive did not show all of the folder this time.",
        "Nothing to do: what was not seen is kept, and the next run looks again.",
    )
    WITHDRAWALS_HELD = (
        "withdrawals_held", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "When many items vanish at once, access was lost more often than somebody tidied up.",
        "Look at the folder on Drive. If it is right: materials sync --accept-withdrawals. If not, ask the owner.",
    )
    DOWNLOAD_FORBIDDEN = (
        "download_forbidden", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "The owner does not allow this file to be downloaded, or Google has flagged it.",
        "Ask the owner for the file. The run went on without it.",
    )
    EXPORT_TOO_LARGE = (
        "export_too_large", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Google does not convert a document of this size.",
        "Ask the owner to put a PDF of it into the folder. The run went on without it.",
    )
    DOWNLOAD_QUOTA = (
        "download_quota", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "Too many people have downloaded this file lately; Google opens it again within about 24 hours.",
        "Nothing to do: the next run tries again.",
    )
    FILE_GONE = (
        "file_gone", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "The file vanished, or is no longer shared, since the folder was listed.",
        "Nothing to do: the next run sees the folder as it is then.",
    )
    BAD_BYTES = (
        "bad_bytes", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "What arrived is not what Drive promised, so it was not taken into the archive.",
        "Run `materials sync` again. If it happens again, tell the owner of the file.",
    )
    RATE_LIMITED = (
        "rate_limited", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "Google asks us to slow down; the folder itself is fine.",
        "Wait some minutes and run it again; it goes on where it stopped.",
    )
    BAD_CERTIFICATES = (
        "bad_certificates", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "REQUESTS_CA_BUNDLE or SSL_CERT_FILE names a file of certificates that is missing or is none.",
        "Correct that variable, or unset it: then the certificates that this computer trusts are used.",
    )
    OFFLINE = (
        "offline", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "The network, a proxy or Google could not be reached.",
        "Check the connection (in an office: HTTPS_PROXY) and run it again; it goes on where it stopped.",
    )
    GOOGLE_TROUBLE = (
        "google_trouble", ExitStatus.TEMPORARY, Reach.FILE, _PASSES,
        "Google had a fault of its own and repeated tries did not help.",
        "Run it again later; it goes on where it stopped.",
    )
    BUG = (
        "bug", ExitStatus.BUG, Reach.FILE, _STAYS,
        "This is a bug in materials. Your files are not touched by it.",
        "Please report the text shown.",
    )
    UNEXPECTED_ANSWER = (
        "unexpected_answer", ExitStatus.BUG, Reach.FILE, _STAYS,
        "Google Drive answered in a way this version does not know.",
        "Please report the text shown.",
    )
    LOCKED = (
        "locked", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "Two runs must not write to one archive at the same time.",
        "Wait until the other run has ended.",
    )
    BAD_SCHEDULE = (
        "bad_schedule", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "This machine's timer is missing, is not meant for this, or did not take the job.",
        "`materials schedule` says what this machine has; with --print the job can be installed by hand.",
    )
    DISK_FULL = (
        "disk_full", ExitStatus.DISK, Reach.ARCHIVE, _STAYS,
        "The disk has no room left.",
        "Free some space and run it again; nothing is lost.",
    )
    DISK_REFUSED = (
        "disk_refused", ExitStatus.DISK, Reach.ARCHIVE, _STAYS,
        "The operating system did not let materials read or write there.",
        "Check that the disk is not read-only and that you may write to the folder.",
    )
    PATH_TOO_LONG = (
        "path_too_long", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Many folders with long names lie inside each other, and this computer's file system takes no path of that length.",
        "Ask the owner for shorter names, or keep the archive in a folder whose own path is shorter.",
    )
    FILE_TOO_LARGE = (
        "file_too_large", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Some file systems limit the size of a file (FAT32: 4 GiB), and so can the system for a user (ulimit -f).",
        "Keep the archive on a disk with another file system, or skip such files with max_size in materials.toml.",
    )
    INTERRUPTED = (
        "interrupted", ExitStatus.INTERRUPTED, Reach.ARCHIVE, _STAYS,
        "You stopped it.",
        "Run the same command again; it goes on where it stopped.",
    )
    # fmt: on
