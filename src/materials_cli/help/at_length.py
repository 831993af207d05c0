"""What stands behind each code word of codes.Code: what it means, how to find the cause, what to do, in order.

`materials help CODE` prints it, after the short version. Where only the folder's owner can act, a letter says so.
"""

from collections.abc import Mapping
from types import MappingProxyType

from materials_cli.help.changes import CHANGES, WITHDRAWALS
from materials_cli.help.entry import DOCTOR, READ_ONLY, AtLength

_ABOUT_COMMANDS = {
    "bad_usage": AtLength(
        "A word, an option or a value on the command line is not one that the command knows.",
        "The first line names it, and often what was perhaps meant. Names with spaces need quotes; a word that begins "
        "with “-” needs “--” before it.",
        ("`materials --help` lists the commands.", "`materials COMMAND --help` lists what a command takes, with an example."),
    ),
    "not_a_folder_link": AtLength(
        "materials follows folders of Google Drive. What was given is no link to Drive, or leads to Drive but to no folder.",
        "Paste it into a browser and look at the address: a folder's has “/folders/” in it.",
        (
            "Open the folder in the browser and copy the address, or choose Share → Copy link.",
            'Put it in quotes, so that the shell leaves “&” and “?” alone: materials add "LINK"',
            "A short link (bit.ly, tinyurl): open it first and copy the address where it ends.",
        ),
    ),
    "file_link": AtLength(
        "The link leads to one document. materials keeps whole folders, and looks into every folder below.",
        "Its address has “/file/d/”, “/document/d/”, “/presentation/d/” or “/spreadsheets/d/” in it.",
        (
            "Open the document, choose File → Document info or the folder sign beside its name, and open its folder.",
            "Or ask its owner for the folder's link.",
            "Or put the document into a folder of your own on Drive, and share that by link.",
        ),
        letter="folder",
    ),
    "unknown_collection": AtLength(
        "Each Drive folder in materials.toml has a short name, and none has the name that was given.",
        "`materials status` lists the names; in materials.toml they stand in brackets: [collections.NAME].",
        ("Type the name as it stands there: small letters, digits, “-” and “_”.", "Or leave it out: all are taken."),
    ),
    "collection_exists": AtLength(
        "Two collections cannot share a name, and one Drive folder is not followed twice: its files would lie here twice.",
        "`materials status` shows which names are taken and by what link.",
        ("If it is the same folder, `materials sync` is all you need.", "If it is another one: materials add LINK --name NAME"),
    ),
    "unknown_item": AtLength(
        "No item of this archive has this path, this id, or these words in its name; or its file is not on the disk.",
        "Perhaps it was never fetched (left out, refused), is spelt otherwise, or lies in another archive.",
        (
            "`materials list --name WORD` looks in the names, `materials search WORDS` inside the files.",
            "`materials list --all` also shows what its owner has withdrawn.",
            "If its file has vanished from the disk, `materials sync` brings it back.",
        ),
    ),
    "ambiguous_item": AtLength(
        "The words fit several items, and a guess could open the wrong one.",
        "The message lists them with their ids.",
        ("Repeat the command with one of the ids, or with more of the name, or with the whole path.",),
    ),
    "nothing_to_open_with": AtLength(
        "This machine has no program for opening files, as is usual on a server, or it refused.",
        "On Linux `xdg-open` of the package xdg-utils does it.",
        ("Copy the file to a computer with a screen.", "Or install xdg-utils and a program for such files."),
    ),
    "interrupted": AtLength(
        "Ctrl-C was pressed, or the terminal was closed.",
        "What had arrived is kept, and so are the pieces of what was under way.",
        ("Run the same command again; it goes on where it stopped.",),
    ),
    "bug": AtLength(
        "materials met something that its authors did not think of. Your files are safe: none is changed before it is checked.",
        "The text shown says where in the program it happened. It holds no keys or passwords.",
        (
            "Run the same command once more: if it succeeds now, something else was in the way.",
            "Report the whole text shown, the command you typed, and what `materials --version` prints.",
        ),
    ),
}

_ABOUT_THE_ARCHIVE = {
    "no_archive": AtLength(
        "An archive is a folder with the file materials.toml in it. Neither this folder nor one above it has one.",
        "`pwd` shows where you are. Perhaps the archive lies elsewhere, or was never begun.",
        (
            "Go there: cd FOLDER",
            "Or name it, before or behind the command: materials --archive FOLDER status",
            "Or set it once for all commands: export MATERIALS_ARCHIVE=FOLDER",
            'Or begin one here: materials add "LINK"',
        ),
    ),
    "bad_settings": AtLength(
        "materials.toml is read anew by each command, and what stands there could not be understood or is not allowed.",
        "The line named is the first that is wrong. Often a quote or a bracket is missing, or a key is misspelt. "
        "The form is TOML (https://toml.io).",
        ("Correct the line in any text editor, and save it as UTF-8.", "`materials help settings` explains every key."),
    ),
    "newer_archive": AtLength(
        "A newer version of materials has written this archive in a form that this version does not know. " + READ_ONLY,
        "`materials --version` tells the version here; compare it with the other machine's.",
        ("Upgrade materials on this machine.",),
    ),
    "bad_catalogue": AtLength(
        "The catalogue is the database that knows what is held. It is damaged, or is not ours. The files in the mirror, "
        "manifest.jsonl and SHA256SUMS do not depend on it.",
        "A failing disk, a copy made while a sync was running, or a program that synchronises folders (Dropbox, OneDrive) "
        "are the usual causes. `materials doctor` says what SQLite finds.",
        (
            "See that no other run is at work, and look after the disk: copy the archive to another one if it fails.",
            "Best: put the files .materials/catalogue.sqlite* of your last backup in place of these.",
            "Else move them out of .materials and run `materials sync`: it fetches all again and builds a new catalogue.",
        ),
    ),
    "locked": AtLength(
        "Another `materials sync` is writing to this archive, or another program holds the catalogue open for writing.",
        "The message names the process and the machine. On Linux `ps -p NUMBER` shows whether it still lives. The lock "
        "ends with its process, however that ends: there is nothing to delete.",
        (
            "Wait until it has ended; a first sync of a large folder can take an hour.",
            "If it hangs, end it (`kill NUMBER`) and run yours again: nothing is lost.",
        ),
    ),
    "bad_schedule": AtLength(
        "The sync could not be given to this machine's timer (cron, systemd, launchd, Windows' Task Scheduler).",
        "`materials schedule` says which timers this machine has; the message holds what the timer said.",
        (
            "Choose another timer with --backend.",
            "Or print the job with --print and install it by hand, or let the administrator do it.",
        ),
    ),
    "bad_emulator_host": AtLength(
        "DRIVE_EMULATOR_HOST is for the demo and for tests: with it, materials talks to a Drive on this machine.",
        "`echo $DRIVE_EMULATOR_HOST` shows it. Perhaps an earlier demo left it in this terminal.",
        ("For Google Drive: unset DRIVE_EMULATOR_HOST", "For the demo: 127.0.0.1:PORT, as `materials demo --serve` shows it."),
    ),
    "disk_full": AtLength(
        "The disk, or your share of it (quota), is full. What had arrived is kept and complete.",
        "`df -h .` shows the disk, `quota -s` your share. `materials doctor` compares the room with what is to come.",
        (
            "Free some space, or move the archive to a larger disk: it is one folder, and moves as it is.",
            'Or fetch less: exclude = ["*.mp4"] or max_size = "200 MB" in materials.toml.',
            "Run it again; it goes on where it stopped.",
        ),
    ),
    "disk_refused": AtLength(
        "The operating system refused to read or write at the place named: no permission, a disk that is read-only, gone "
        "or failing, or a file that another program holds.",
        "`ls -ld PLACE` shows whose it is and who may write, `mount` whether the disk is read-only.",
        (
            "Run materials as the user to whom the archive belongs; do not mix in sudo.",
            "Give the folder back to yourself: sudo chown -R $USER FOLDER",
            "On Windows: close the program that has the file open.",
            "If the system speaks of an input/output error, copy the archive to another disk at once.",
        ),
    ),
}

_ABOUT_THE_WAY_IN = {
    "no_credential": AtLength(
        "The request reached Google without saying who asks, and that is not enough for the API.",
        "`materials auth status` says which way in is set up.",
        (
            "Make an API key, which is free: README, “Getting in”, four clicks.",
            "Store it: materials auth set-key",
            "Or go without: MATERIALS_KEYLESS=1 reads the folder's public page.",
        ),
    ),
    "bad_key": AtLength(
        "The API key was refused before Google looked at the folder: the folder itself may be fine.",
        "The message holds Google's reason. The key may be cut short, deleted or expired; or restricted to other APIs, web "
        "sites or addresses. `materials auth status` says where the key comes from: a variable counts before a stored key.",
        (
            "In the Google Cloud console, APIs & Services → Credentials, look at the key: is it there, and not restricted?",
            "Copy it again, whole, and store it: materials auth set-key",
            "If GOOGLE_API_KEY is set to an old key: unset GOOGLE_API_KEY",
            "Meanwhile MATERIALS_KEYLESS=1 reads the public page.",
        ),
    ),
    "credential_rejected": AtLength(
        "The sign-in or the account was accepted once, and is no longer: it ended, was withdrawn, or its password changed.",
        "Google ends the sign-ins of an app “in testing” after 7 days. A service account may have been deleted or its key "
        "disabled. A clock that is minutes wrong has the same effect: `materials doctor` measures it.",
        (
            "Your own account: materials auth login --client FILE; then publish the app, so that it lasts.",
            "A service account: make a new JSON key, and name it in GOOGLE_APPLICATION_CREDENTIALS.",
            "gcloud: gcloud auth application-default login, then materials auth login --gcloud",
        ),
    ),
    "bad_account_file": AtLength(
        "The file that should say who you are is missing, unreadable, or is not such a file.",
        "The message names it. It must be the JSON file that Google let you download, unchanged.",
        (
            "A service account's: Google Cloud console → IAM → Service accounts → Keys → Add key → JSON.",
            "For `auth login --client`: Google Auth Platform → Clients → a client of type Desktop app → download.",
            "If no account is wanted: unset GOOGLE_APPLICATION_CREDENTIALS, or materials auth logout",
        ),
    ),
    "login_failed": AtLength(
        "The sign-in did not come to its end: it was refused, took longer than five minutes, or came back changed.",
        "The message holds what Google said. “access_denied”: the person said no, or is not among the app's test users.",
        (
            "Add yourself as a test user (Google Auth Platform → Audience), or publish the app.",
            "Start again and answer within five minutes: materials auth login --client FILE",
            "On a server: add --no-browser, open the link anywhere, paste back the address where it ended.",
            "If the folder can be shared by link, no sign-in is needed at all.",
        ),
    ),
    "api_not_enabled": AtLength(
        "The key or account is real, but its Google Cloud project has the Google Drive API switched off.",
        "Google's own message names the project.",
        (
            "In the Google Cloud console choose that project: APIs & Services → Library → Google Drive API → Enable.",
            "Wait a minute or two, and run it again.",
        ),
    ),
}

_ABOUT_THE_FOLDER = {
    "link_not_found": AtLength(
        "Google says “not found”. It says so of folders that do not exist and of folders that are private, so that nobody "
        "can guess which private folders there are.",
        "Open the link in a private window of your browser, where you are not signed in. A page that asks you to sign in: "
        "the folder is private. A page that speaks of an error: the link is wrong, or the folder is deleted.",
        (
            "Compare the link with the one you were sent: a letter may have got lost. Keep “resourcekey=…” in it.",
            "If the folder is private, ask its owner to share it by link: the letter below.",
            "If it is to stay private, sign in with an account with which it is shared: materials auth login",
        ),
        letter="share",
    ),
    "link_not_shared": AtLength(
        "The folder exists, but “General access” is set to “Restricted”, or to one organisation. So nobody outside may list "
        "it. This has nothing to do with how often we asked: that would be rate_limited.",
        "Open the link in a private window of your browser: it asks you to sign in.",
        (
            "Ask the owner to share it by link: the letter below.",
            "Some organisations forbid sharing with outsiders; then the owner can copy the folder to another account.",
            "If it is to stay private, sign in with an account with which it is shared: materials auth login",
        ),
        letter="share",
    ),
    "folder_trashed": AtLength(
        "The folder lies in its owner's bin, whole or with a folder above it. After 30 days Google deletes it for good. "
        "What this archive holds is kept.",
        "The owner sees it in Google Drive under Bin.",
        ("Ask the owner to restore it, soon: the letter below.", "If it was replaced by another folder, add that one."),
        letter="restore",
    ),
    "download_forbidden": AtLength(
        "The file can be seen, but not downloaded: its owner has switched that off, or Google has flagged it as harmful.",
        "Open the file on Drive: if the sign for downloading is missing, its owner has switched it off.",
        (
            "Ask the owner for it: the letter below. All other files have been fetched.",
            "If you do not need it, leave it out, so that runs end well: exclude in materials.toml.",
        ),
        letter="download",
    ),
    "export_too_large": AtLength(
        "Google documents are fetched as PowerPoint, Word, Excel or PDF files, which Google makes on request, up to some "
        "size. This one is larger.",
        "Decks with many or very large pictures are.",
        ("Ask the owner to put a PDF of it into the folder: the letter below.",),
        letter="pdf",
    ),
    "download_quota": AtLength(
        "So many people have downloaded this file that Google gives it to nobody until tomorrow. It is shared, and well.",
        "It happens to popular videos and large decks in the days around a workshop.",
        (
            "Nothing to do: the next run tries again.",
            "If you cannot wait, ask the owner for a copy: a copy has a count of its own.",
        ),
    ),
    "file_gone": AtLength(
        "The file was listed and could not be fetched a moment later: it was deleted, moved out, or unshared just then.",
        "The next run sees the folder as it is then. What this archive holds of the file is kept.",
        ("Nothing to do.",),
    ),
    "bad_bytes": AtLength(
        "The bytes that arrived do not have the size or the digest that Drive states, so they were not taken in.",
        "A proxy or virus scanner that changes what passes, a file that changed meanwhile, or a fault of Google's.",
        (
            "Run `materials sync` again.",
            "In an office: try from another network. If it succeeds there, something here changes downloads.",
            "If Drive itself gives a broken file, tell its owner to upload it again.",
        ),
    ),
    "rate_limited": AtLength(
        "Too many requests have come from this key, this account or this network address, and Google asks to wait. The folder "
        "is fine, and still shared; materials has slowed down and waited already.",
        "Others behind the same address (an office, a university, a cloud) count too. Without a credential the limit is low.",
        (
            "Wait a quarter of an hour, and run it again; it goes on where it stopped.",
            "If the daily quota is spent, run it tomorrow.",
            "If it happens often, use an API key of your own: README, “Getting in”.",
        ),
    ),
    "bad_certificates": AtLength(
        "Before anything is asked, the certificates are read by which Google is known. The file that was named for this "
        "cannot be read, or holds no certificate.",
        "The line “where” names the file. In a timer's job the variable stands as it was when the job was installed.",
        (
            "Look whether the file is there and begins with -----BEGIN CERTIFICATE-----.",
            "Correct SSL_CERT_FILE or REQUESTS_CA_BUNDLE, or unset it.",
            "If a timer runs the sync, install it again: materials schedule install",
        ),
    ),
    "offline": AtLength(
        "No connection to Google came about, or it broke again and again.",
        "Does https://drive.google.com open in a browser on this machine? If it does, a browser's proxy is probably needed. "
        "If the message speaks of a certificate, something on the way re-signs the traffic, or the clock is wrong.",
        (
            "Check the network, and run it again; it goes on where it stopped.",
            "Behind an office's proxy: export HTTPS_PROXY=http://PROXY:PORT (ask your IT for it).",
            "For an office's certificate: export SSL_CERT_FILE=FILE (ask your IT for it).",
            DOCTOR,
        ),
    ),
    "google_trouble": AtLength(
        "Google answered that it had a fault of its own, and did so each time.",
        "https://www.google.com/appsstatus shows whether Drive has trouble today.",
        ("Run it again in an hour; it goes on where it stopped.",),
    ),
    "unexpected_answer": AtLength(
        "Something answered, but not as Google Drive is known to. Perhaps Google has changed something; perhaps it was not "
        "Google that answered, but the sign-in page of a hotel's or an airport's network.",
        "Does https://drive.google.com open in a browser on this machine, without a sign-in page of the network?",
        (
            "If such a page came, sign in to the network there, and run it again.",
            "Without a credential, make an API key: it does not depend on how Google's pages look.",
            "Else look for a newer version of materials, and report the text shown.",
        ),
    ),
}

AT_LENGTH: Mapping[str, AtLength] = MappingProxyType(
    _ABOUT_COMMANDS | _ABOUT_THE_ARCHIVE | _ABOUT_THE_WAY_IN | _ABOUT_THE_FOLDER | CHANGES | WITHDRAWALS
)
