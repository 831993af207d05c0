"""The explanation of each error code: what it means, how to find the cause, and what to do, in order.

`materials help CODE` prints it after the short version, with a letter if only the folder's owner can act.
"""

from collections.abc import Mapping
from types import MappingProxyType

from materials_cli.help.changes import CHANGES, WITHDRAWALS
from materials_cli.help.credentials import CREDENTIALS
from materials_cli.help.entry import DOCTOR, READ_ONLY, Explanation
from materials_cli.help.losses import LOSSES
from materials_cli.help.pages import PAGES
from materials_cli.help.safety import SAFETY
from materials_cli.help.stores import STORES

_ABOUT_COMMANDS = {
    "bad_usage": Explanation(
        "The command line contains a word, an option or a value that the command does not accept.",
        "The first line shows it, often with a suggestion. Names with spaces need quotes; put “--” before a word that "
        "starts with “-”.",
        ("`materials --help` lists the commands.", "`materials COMMAND --help` shows a command's options, with an example."),
    ),
    "bad_agenda": Explanation(
        "The file was read, but nothing in it looks like an agenda: rows with titles and speakers, or lines that "
        "begin with a time.",
        "Open it: a scanned programme is a picture, and a table needs a first row that names its columns.",
        ("Paste its text: materials agenda -", "Or save it as CSV with a first row: day,time,session,speaker,title"),
    ),
    "not_a_folder_link": Explanation(
        "materials archives Google Drive folders. What you gave is not a link to Drive, or not a link to a folder.",
        "Paste it into a browser and look at the address: a folder's address contains “/folders/”.",
        (
            "Open the folder in the browser and copy the address, or choose Share → Copy link.",
            'Put it in quotes, so that the shell leaves “&” and “?” alone: materials add "LINK"',
            "For a short link (bit.ly, tinyurl), open it first and copy the final address.",
        ),
    ),
    "file_link": Explanation(
        "The link points to a single document. materials archives whole folders, including their subfolders.",
        "Its address contains “/file/d/”, “/document/d/”, “/presentation/d/” or “/spreadsheets/d/”.",
        (
            "Open the document, choose File → Document details or the folder icon next to its name, and open its folder.",
            "Or ask its owner for the folder's link.",
            "Or put the document into your own folder on Drive and share that folder by link.",
        ),
        letter="folder",
    ),
    "unknown_collection": Explanation(
        "Each Drive folder in materials.toml has a short name; none of them matches the name you gave.",
        "`materials status` lists the names; in materials.toml they appear in brackets: [collections.NAME].",
        ("Type the name exactly as shown: lower-case letters, digits, “-” and “_”.", "Or omit it to use all collections."),
    ),
    "collection_exists": Explanation(
        "Two collections cannot share a name, and a Drive folder cannot be added twice.",
        "`materials status` shows the existing names and their links.",
        (
            "If it is the same folder, `materials sync` is all you need.",
            "If it is a different folder: materials add LINK --name NAME",
        ),
    ),
    "unknown_item": Explanation(
        "No item in this archive has this path or id, or these words in its name; or its file is not on this disk.",
        "It may never have been downloaded (excluded, refused), be spelt differently, or be in another archive.",
        (
            "`materials list --name WORD` searches names, `materials search WORDS` searches inside files.",
            "`materials list --all` also shows withdrawn items.",
            "If its file is missing from the disk, `materials sync` restores it.",
        ),
    ),
    "ambiguous_item": Explanation(
        "The words match several items, and a guess could pick the wrong one.",
        "The message lists the items with their ids.",
        ("Repeat the command with one of the ids, more of the name, or the whole path.",),
    ),
    "nothing_to_open_with": Explanation(
        "This machine has no program for opening files (as is usual on a server), or the program failed.",
        "On Linux, files are opened with `xdg-open` from the package xdg-utils.",
        ("Copy the file to a computer with a screen.", "Or install xdg-utils and a program for this type of file."),
    ),
    "interrupted": Explanation(
        "Ctrl-C was pressed while the command was running.",
        "Completed downloads are kept, and so are partial ones.",
        ("Run the same command again; it continues where it stopped.",),
    ),
    "hung_up": Explanation(
        "The terminal that the command ran in was closed, or the SSH connection to it was lost (signal SIGHUP).",
        "Completed downloads are kept, and so are partial ones.",
        (
            "Run the same command again; it continues where it stopped.",
            "To let a long run continue without the terminal: `nohup materials sync`, or a timer (`materials schedule`).",
        ),
    ),
    "terminated": Explanation(
        "The command received the signal SIGTERM: the machine was shut down, a service manager's time limit was reached, or "
        "somebody used `kill`.",
        "Completed downloads are kept, and so are partial ones.",
        (
            "Run the same command again; it continues where it stopped.",
            "If this happens every night, the timer's job takes longer than its time limit: raise the limit.",
        ),
    ),
    "bug": Explanation(
        "materials encountered a situation its authors did not expect. Your files are safe: nothing is changed before it "
        "is verified.",
        "The text shown says where in the program it happened. It contains no keys or passwords.",
        (
            "Run the same command again: if it succeeds, the cause was temporary.",
            "Report the whole text shown, the command you typed, and what `materials --version` prints.",
        ),
    ),
}

_ABOUT_THE_ARCHIVE = {
    "no_archive": Explanation(
        "An archive is a folder that contains materials.toml. Neither this folder nor any folder above it does.",
        "`pwd` shows where you are. The archive may be elsewhere, or not created yet.",
        (
            "Go to the archive: cd FOLDER",
            "Or name it, before or after the command: materials --archive FOLDER status",
            "Or set it for all commands: export MATERIALS_ARCHIVE=FOLDER",
            'Or create one here: materials add "LINK"',
        ),
    ),
    "bad_settings": Explanation(
        "Every command reads materials.toml, and something in it is invalid or not allowed.",
        "The line shown is the first that is wrong. Often a quote or bracket is missing, or a key is misspelt. The "
        "format is TOML (https://toml.io).",
        ("Correct the line in a text editor and save the file as UTF-8.", "`materials help settings` explains every key."),
    ),
    "newer_archive": Explanation(
        "A newer version of materials has written this archive in a form that this version does not know. " + READ_ONLY,
        "`materials --version` shows the version on this machine; compare it with the other machine's.",
        ("Upgrade materials on this machine.",),
    ),
    "locked": Explanation(
        "Another `materials sync` is writing to this archive, or another program has locked the catalogue.",
        "The message shows the process and the machine. On Linux, `ps -p NUMBER` shows whether it is still running. The "
        "lock ends with its process; there is nothing to delete.",
        (
            "Wait until it has finished; the first sync of a large folder can take an hour.",
            "If it hangs, end it (`kill NUMBER`) and run your command again: nothing is lost.",
        ),
    ),
    "bad_schedule": Explanation(
        "The sync could not be added to this machine's timer (cron, systemd, launchd, Windows Task Scheduler).",
        "`materials schedule` shows this machine's timers; the message contains the timer's own error.",
        (
            "Choose another timer with --backend.",
            "Or print the job with --print and install it by hand, or ask the administrator to do so.",
        ),
    ),
    "bad_emulator_host": Explanation(
        "DRIVE_EMULATOR_HOST is for the demo and for tests: it makes materials use a Drive emulator on this machine.",
        "`echo $DRIVE_EMULATOR_HOST` shows its value. It may be left over from an earlier demo in this terminal.",
        ("For Google Drive: unset DRIVE_EMULATOR_HOST", "For the demo: 127.0.0.1:PORT, as `materials demo --serve` shows it."),
    ),
    "disk_full": Explanation(
        "The disk, or your quota on it, is full. Completed downloads are kept.",
        "`df -h .` shows the disk's free space, `quota -s` your quota. `materials doctor` compares them with what a sync "
        "needs.",
        (
            "Free some space, or move the archive to a larger disk: it is a single folder and can simply be moved.",
            'Or download less: exclude = ["*.mp4"] or max_size = "200 MB" in materials.toml.',
            "Run it again; it continues where it stopped.",
        ),
    ),
    "disk_refused": Explanation(
        "The operating system could not read or write at the path shown: no permission, a disk that is read-only, "
        "disconnected or failing, or a file that another program has locked.",
        "`ls -ld PATH` shows the owner and permissions, `mount` whether the disk is read-only.",
        (
            "Run materials as the user who owns the archive; do not mix it with sudo.",
            "Take back ownership of the folder: sudo chown -R $USER FOLDER",
            "On Windows, close the program that has the file open.",
            "If the system reports an input/output error, copy the archive to another disk immediately.",
        ),
    ),
    "symlink_in_archive": Explanation(
        "Inside the archive there is a symbolic link (on Windows perhaps a junction) where a file or folder of the archive "
        "belongs. It is not followed: a link in an archive that you received, or that others can write to, could make a sync "
        "overwrite any file of yours. The other collections are not affected.",
        "`ls -l` shows where the link leads.",
        (
            "If you made it to save room: remove the link and move the folder that it leads to in its place.",
            "If you did not make it: remove it. The next sync fetches what is missing.",
            "To keep the archive on another disk, move its whole folder there; that folder may be reached through a link.",
        ),
    ),
}

_ABOUT_THE_FOLDER = {
    "link_not_found": Explanation(
        "Google reports “not found”, both for folders that do not exist and for private folders, so that private folders "
        "cannot be discovered by guessing.",
        "Open the link in a private browser window, where you are not signed in. If you are asked to sign in, the folder "
        "is private. If you see an error page, the link is wrong or the folder was deleted.",
        (
            "Compare the link with the one you were sent: a character may be missing. Keep “resourcekey=…” in it.",
            "If the folder is private, ask its owner to share it by link: the letter below.",
            "If it is meant to stay private, sign in with an account that has access: materials auth login",
        ),
        letter="share",
    ),
    "link_not_shared": Explanation(
        "The folder exists, but its “General access” is set to “Restricted” or to one organisation, so nobody else may "
        "list it. This is unrelated to the number of requests: that would be rate_limited.",
        "Open the link in a private browser window: it asks you to sign in.",
        (
            "Ask the owner to share it by link: the letter below.",
            "If the organisation forbids external sharing, the owner can copy the folder to another account.",
            "If it is meant to stay private, sign in with an account that has access: materials auth login",
        ),
        letter="share",
    ),
    "folder_trashed": Explanation(
        "The folder, or a folder above it, is in its owner's bin. Google deletes it permanently after 30 days. "
        "Everything in this archive is kept.",
        "The owner sees it in Google Drive under Bin.",
        ("Ask the owner to restore it soon: the letter below.", "If it was replaced by another folder, add that one."),
        letter="restore",
    ),
    "download_forbidden": Explanation(
        "The file can be viewed but not downloaded: its owner disabled downloads, or Google flagged it as harmful.",
        "Open the file on Drive: if there is no download button, its owner disabled downloads.",
        (
            "Ask the owner for it: the letter below. All other files were downloaded.",
            "If you do not need it, exclude it in materials.toml, so that runs succeed.",
        ),
        letter="download",
    ),
    "no_content": Explanation(
        "Drive lists the file, and you may read it, but Google does not deliver its content, or cannot convert it.",
        "Usually its upload was never finished, or it is damaged on Google's side. The next run tries again.",
        (
            "Open it on Drive. If it opens there, wait a day or two.",
            "If it does not, ask its owner to upload it again, or to add a PDF of it to the folder.",
        ),
    ),
    "export_too_large": Explanation(
        "Google documents are downloaded as PowerPoint, Word, Excel or PDF files. Google converts them on request, up to "
        "a size limit that this document exceeds.",
        "Usually these are decks with many or very large pictures.",
        ("Ask the owner to put a PDF of it into the folder: the letter below.",),
        letter="pdf",
    ),
    "download_quota": Explanation(
        "So many people have downloaded this file that Google blocks downloads until tomorrow. The file is shared correctly.",
        "This happens to popular videos and large decks in the days around a workshop.",
        (
            "No action needed: the next run tries again.",
            "If you cannot wait, ask the owner for a copy: a copy has its own quota.",
        ),
    ),
    "file_gone": Explanation(
        "The file was listed but could not be downloaded a moment later: it was just deleted, moved or unshared.",
        "The next run lists the folder again. The version in this archive is kept.",
        ("No action needed.",),
    ),
    "bad_bytes": Explanation(
        "The downloaded bytes do not have the size or checksum that Drive states, so they were not added.",
        "Possible causes: a proxy or virus scanner that alters downloads, a file that changed during the download, or a "
        "Google error.",
        (
            "Run `materials sync` again.",
            "In an office, try from another network. If it succeeds there, something in this network alters downloads.",
            "If the file on Drive itself is broken, ask its owner to upload it again.",
        ),
    ),
    "rate_limited": Explanation(
        "Too many requests came from this key, account or network address, and Google asks clients to wait. The folder "
        "is fine and still shared; materials has already slowed down and waited.",
        "Other users of the same address (an office, a university, a cloud) count as well. Without a credential the "
        "limit is low.",
        (
            "Wait 15 minutes and run it again; it continues where it stopped.",
            "If the daily quota is used up, run it tomorrow.",
            "If it happens often, use your own API key: `materials help access`.",
        ),
    ),
    "bad_certificates": Explanation(
        "The certificates used to verify Google's identity cannot be loaded: the file cannot be read, or contains no "
        "certificate.",
        "The line “where” shows the file. A scheduled job uses the variable's value from the time the job was installed.",
        (
            "Check that the file exists and starts with -----BEGIN CERTIFICATE-----.",
            "Correct SSL_CERT_FILE or REQUESTS_CA_BUNDLE, or unset it.",
            "If the sync is scheduled, install it again: materials schedule install",
        ),
    ),
    "stalled": Explanation(
        "Nothing happened for half an hour: no bytes, no lists and no text arrived. The run ended itself so that "
        "the next one can start.",
        "`materials doctor` tries the disk and the network. A network disk that hangs is the usual cause.",
        ("Run the command again: it continues where this run stopped.", DOCTOR),
    ),
    "offline": Explanation(
        "No connection to Google could be established, or it kept breaking.",
        "Check whether https://drive.google.com opens in a browser on this machine. If it does, the browser probably "
        "uses a proxy. If the message mentions a certificate, something on the network re-signs the traffic, or the "
        "clock is wrong.",
        (
            "Check the network and run it again; it continues where it stopped.",
            "Behind an office proxy: export HTTPS_PROXY=http://PROXY:PORT (ask your IT).",
            "For an office certificate: export SSL_CERT_FILE=FILE (ask your IT).",
            DOCTOR,
        ),
    ),
    "google_trouble": Explanation(
        "Google reported an internal error at every attempt.",
        "https://www.google.com/appsstatus shows whether Drive has an outage.",
        ("Run it again in an hour; it continues where it stopped.",),
    ),
    "unexpected_answer": Explanation(
        "The response is not one that Google Drive is known to give. Google may have changed something, or the response "
        "came from the sign-in page of a hotel or airport network.",
        "Check whether https://drive.google.com opens in a browser on this machine without a network sign-in page.",
        (
            "If there is such a page, sign in to the network and run it again.",
            "If you use no credential, create an API key: the API does not depend on Google's web pages.",
            "Otherwise look for a newer version of materials, and report the text shown.",
        ),
    ),
}

EXPLANATIONS: Mapping[str, Explanation] = MappingProxyType(
    _ABOUT_COMMANDS
    | _ABOUT_THE_ARCHIVE
    | CREDENTIALS
    | _ABOUT_THE_FOLDER
    | CHANGES
    | WITHDRAWALS
    | PAGES
    | SAFETY
    | LOSSES
    | STORES
)
