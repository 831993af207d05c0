"""All error codes in one table, from which the terminal, the README and `materials help` take what they show.

The table has what is true of every error with a code; what happened in one case is stated where the error is raised.
"""

from materials_cli.exits import ExitStatus, Reach, Row

_PASSES, _STAYS = True, False


class Code(Row):
    """A kind of failure: a stable code for programs and `materials help`, and what applies to all failures of that kind."""

    # Aligned as a table.
    # fmt: off
    BAD_USAGE = ("bad_usage", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "The command line is not valid.",
        "See `materials --help`, or `materials COMMAND --help`.",
    )
    NOT_A_FOLDER_LINK = ("not_a_folder_link", ExitStatus.USAGE, Reach.COLLECTION, _STAYS,
        "materials archives Google Drive folders, and this is not a link to one.",
        ("Open the folder in Drive, choose Share → Copy link, and paste that link. "
         "It looks like https://drive.google.com/drive/folders/…"),
    )
    FILE_LINK = ("file_link", ExitStatus.USAGE, Reach.COLLECTION, _STAYS,
        "This link points to a single file; materials archives whole folders.",
        "Open the folder that contains the file and copy the folder's link, or ask the organiser for it.",
    )
    NO_ARCHIVE = ("no_archive", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "There is no materials.toml here or in any folder above.",
        "Go to your archive's folder, name it with --archive FOLDER, or start one with `materials add LINK`.",
    )
    BAD_SETTINGS = ("bad_settings", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "materials.toml is not valid.",
        "Correct the line shown above. `materials help settings` lists every key.",
    )
    UNCONFIRMED_SETTINGS = ("unconfirmed_settings", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        ("An archive may come from somebody else. What its materials.toml says about running programs, writing elsewhere and "
         "signing in is used only after you have confirmed it here once."),
        "Look at these settings and confirm them: materials trust. Where nobody can answer: materials trust --yes.",
    )
    UNKNOWN_COLLECTION = ("unknown_collection", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "materials.toml has no collection of that name.",
        "`materials status` lists the collections of this archive.",
    )
    COLLECTION_EXISTS = ("collection_exists", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "Each collection needs a name of its own.",
        "Choose another name with --name, or edit the collection in materials.toml.",
    )
    BAD_AGENDA = ("bad_agenda", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "An agenda is a table with headings, a calendar, or lines with times.",
        "Use CSV, Excel, OpenDocument (.ods), Word, .ics or schedule.xml; or copy its text and paste it: materials agenda -",
    )
    BAD_BAG = ("bad_bag", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "What was received is not what was sent: it was cut short, changed or damaged on its way. None of it was taken in.",
        "Ask the sender for another copy. VERIFY.txt in the bag says how to check it with other programs.",
    )
    UNKNOWN_ITEM = ("unknown_item", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Nothing in this archive has that path, id or name.",
        "Look with `materials list` or `materials search WORDS`.",
    )
    AMBIGUOUS_ITEM = ("ambiguous_item", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "More than one item matches.",
        "Repeat the command with one of the ids shown.",
    )
    UNKNOWN_VERSION = ("unknown_version", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Give a version as a number counted back (1 is the previous version), a date, or the start of its SHA-256.",
        "`materials show ITEM` lists the earlier versions.",
    )
    FILE_EXISTS = ("file_exists", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "A restored file never takes the place of another one.",
        "Move that file away, or name another folder with --to FOLDER.",
    )
    NOTHING_TO_COMPARE = ("nothing_to_compare", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "Only files with readable text can be compared.",
        "Open both files yourself: earlier versions are in .materials/versions, named by their SHA-256.",
    )
    BYTES_MISSING = ("bytes_missing", ExitStatus.INTEGRITY, Reach.FILE, _STAYS,
        "The catalogue lists a file that is no longer on this disk.",
        "`materials sync` restores what is still on Drive. Restore earlier versions from a backup.",
    )
    BYTES_DAMAGED = ("bytes_damaged", ExitStatus.INTEGRITY, Reach.FILE, _STAYS,
        "The file on this disk no longer has the bytes that were archived, so they are not used.",
        "`materials verify` reads every file and says what to do about each damaged one.",
    )
    BROKEN_HISTORY = ("broken_history", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "Each event's hash covers all events before it; an event was changed, removed or inserted outside this program.",
        "Compare with a backup of .materials/catalogue.sqlite. The files themselves can be verified with SHA256SUMS.",
    )
    NEWER_ARCHIVE = ("newer_archive", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "The archive was written by a newer version of materials than this one.",
        "Upgrade materials on this machine. Nothing was changed.",
    )
    BAD_CATALOGUE = ("bad_catalogue", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "The file .materials/catalogue.sqlite is damaged or is not a catalogue. Your files are untouched.",
        "`materials rebuild` recreates it from its copy, or from the manifest and the files; the damaged one is kept.",
    )
    CATALOGUE_LOST = ("catalogue_lost", ExitStatus.INTEGRITY, Reach.ARCHIVE, _STAYS,
        "The folder .materials was not copied with the archive, or its catalogue was deleted. Your files are untouched.",
        "`materials rebuild` recreates it from its copy, or from the manifest and the files; so does `materials sync`.",
    )
    NOTHING_TO_REBUILD = ("nothing_to_rebuild", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "A catalogue is recreated from its copy in .materials, or from manifest.jsonl and the files; there is neither.",
        "`materials sync` makes one from what is on Drive.",
    )
    BAD_EMULATOR_HOST = ("bad_emulator_host", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "DRIVE_EMULATOR_HOST may only point to this machine, so that no real credential is ever sent elsewhere.",
        "Set it to 127.0.0.1:PORT, or unset it to talk to Google Drive.",
    )
    NOTHING_TO_OPEN_WITH = ("nothing_to_open_with", ExitStatus.USAGE, Reach.FILE, _STAYS,
        "No program to open files with was found on this machine.",
        "Open the file shown above yourself.",
    )
    NOT_A_DOCUMENT = ("not_a_document", ExitStatus.USAGE, Reach.FILE, _STAYS,
        ("materials opens documents, pictures, videos and links to web pages. The system might run this file instead of "
         "showing it."),
        "Open its folder. If you know what the file is, and trust whoever made it, open it there yourself.",
    )
    NO_CREDENTIAL = ("no_credential", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "The Google Drive API requires a credential.",
        "Create a free API key (`materials help access`) and store it with `materials auth set-key`.",
    )
    BAD_KEY = ("bad_key", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google does not accept this API key: it is mistyped, deleted, or not allowed to use the Drive API.",
        ("Copy the key again from the Google Cloud console, check that the Google Drive API is enabled for its project, "
         "and store it with `materials auth set-key`."),
    )
    CREDENTIAL_REJECTED = ("credential_rejected", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google no longer accepts the credential.",
        ("Sign in again with `materials auth login`, store a new key with `materials auth set-key`, or replace the "
         "account file that GOOGLE_APPLICATION_CREDENTIALS points to."),
    )
    BAD_ACCOUNT_FILE = ("bad_account_file", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "GOOGLE_APPLICATION_CREDENTIALS points to a file that is missing or is not an account file.",
        "Download the service account's JSON key again and point the variable to it, or unset the variable.",
    )
    LOGIN_FAILED = ("login_failed", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Google did not confirm the sign-in: it was refused, took longer than five minutes, or the response was altered.",
        "Start `materials auth login` again; on a machine without a browser add --no-browser.",
    )
    API_NOT_ENABLED = ("api_not_enabled", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "The Google Drive API is switched off for the project that the credential belongs to.",
        "In the Google Cloud console: APIs & Services → Library → Google Drive API → Enable. Wait a minute, try again.",
    )
    LINK_NOT_FOUND = ("link_not_found", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The folder does not exist or is private; Google gives the same answer in both cases.",
        ("Check the link in a private browser window. If it asks you to sign in, ask the owner to set "
         "Share → General access → “Anyone with the link”."),
    )
    LINK_NOT_SHARED = ("link_not_shared", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The folder exists, but it is not shared with you.",
        "Ask the owner to set Share → General access → “Anyone with the link”.",
    )
    FOLDER_TRASHED = ("folder_trashed", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The owner moved the folder to the bin; Google deletes it permanently after 30 days.",
        "Ask the owner to restore it. Everything in this archive is kept.",
    )
    FOLDER_EMPTY = ("folder_empty", ExitStatus.PERSON_NEEDED, Reach.COLLECTION, _STAYS,
        "The owner has emptied it, or it is no longer shared with you: Drive shows an empty list in both cases.",
        ("Everything in the archive is kept. Ask the owner whether it is still shared. If it is meant to be empty: "
         "materials sync --accept-withdrawals."),
    )
    FOLDER_CLOSED = ("folder_closed", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Drive shows an empty list for a folder that is not shared with you.",
        "Its contents are kept here. Ask the owner to share that folder again.",
    )
    LIST_INCOMPLETE = ("list_incomplete", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "Drive did not list the whole folder this time.",
        "No action needed: everything is kept, and the next run tries again.",
    )
    WITHDRAWALS_HELD = ("withdrawals_held", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "When many items disappear at once, lost access is more likely than a clean-up.",
        ("Check the folder on Drive. If the items were removed on purpose: materials sync --accept-withdrawals. If not, "
        "ask the owner."),
    )
    NOT_YET_HERE = ("not_yet_here", ExitStatus.PARTIAL, Reach.COLLECTION, _STAYS,
        "A copy was taken in that did not have all that is on Drive.", "Download the rest: materials sync.")
    REPLACEMENTS_HELD = ("replacements_held", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "When many items become empty or unreadable at once, an accident or an attack on the owner's side is likely.",
        ("Open some of them on Drive. If they were replaced on purpose: materials sync --accept-replacements. If not, "
         "tell the owner: this archive has the content from before."),
    )
    DOWNLOAD_FORBIDDEN = ("download_forbidden", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "The owner does not allow this file to be downloaded, or Google has flagged it.",
        "Ask the owner for the file. The run continued without it.",
    )
    NO_CONTENT = ("no_content", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Drive lists the file, but Google does not deliver its content.",
        "Open it on Drive. If that fails, too, ask the owner to upload it again. The run continued without it.",
    )
    EXPORT_TOO_LARGE = ("export_too_large", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Google does not convert a document of this size.",
        "Ask the owner to add a PDF of it to the folder. The run continued without it.",
    )
    DOWNLOAD_QUOTA = ("download_quota", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "Too many people have downloaded this file recently; Google makes it available again within about 24 hours.",
        "No action needed: the next run tries again.",
    )
    FILE_GONE = ("file_gone", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "The file was deleted or unshared after the folder was listed.",
        "No action needed: the next run lists the folder again.",
    )
    BAD_BYTES = ("bad_bytes", ExitStatus.PARTIAL, Reach.FILE, _PASSES,
        "The downloaded bytes do not match what Drive stated, so they were not added to the archive.",
        "Run `materials sync` again. If it happens again, tell the file's owner.",
    )
    RATE_LIMITED = ("rate_limited", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "Google limits the rate of requests; the folder itself is fine.",
        "Wait a few minutes and run it again; it continues where it stopped.",
    )
    BAD_CERTIFICATES = ("bad_certificates", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "REQUESTS_CA_BUNDLE or SSL_CERT_FILE points to a file that is missing or contains no certificates.",
        "Correct that variable, or unset it to use the certificates this computer trusts.",
    )
    OFFLINE = ("offline", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "The network, a proxy or Google could not be reached.",
        "Check the connection (in an office: HTTPS_PROXY) and run it again; it continues where it stopped.",
    )
    GOOGLE_TROUBLE = ("google_trouble", ExitStatus.TEMPORARY, Reach.FILE, _PASSES,
        "Google reported an internal error, and retries did not help.",
        "Run it again later; it continues where it stopped.",
    )
    BUG = ("bug", ExitStatus.BUG, Reach.FILE, _STAYS,
        "This is a bug in materials. Your files are not affected.",
        "Please report the text shown.",
    )
    UNEXPECTED_ANSWER = ("unexpected_answer", ExitStatus.TEMPORARY, Reach.FILE, _PASSES,
        "Google Drive sent a response that this version does not understand.",
        "Run it again later. If it happens again, upgrade materials, or report the text shown.",
    )
    UNEXPECTED_PAGE = ("unexpected_page", ExitStatus.PERSON_NEEDED, Reach.FILE, _STAYS,
        "A filter, proxy or sign-in page of this network answered in place of Google, or Google has changed its pages.",
        ("Open https://drive.google.com in a browser on this computer. If the same page appears, ask your IT to allow "
         "www.googleapis.com, *.google.com and *.googleusercontent.com. Otherwise try again later."),
    )
    BROWSER_NEEDED = ("browser_needed", ExitStatus.PERSON_NEEDED, Reach.FILE, _STAYS,
        "Google shows visitors without a credential a page that only a person in a browser can answer.",
        "Use an API key: Google's API shows no such pages (`materials help access`).",
    )
    LOCKED = ("locked", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "Two runs must not write to one archive at the same time.",
        "Wait until the other run has ended.",
    )
    STORE_REFUSED = ("store_refused", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "The credential is missing, wrong, expired, or not allowed to do this in the bucket.",
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (or what your cloud uses) again: materials move --help",
    )
    STORE_UNREACHABLE = ("store_unreachable", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "The bucket's server, or the network on the way to it, is having problems.",
        "Nothing is lost; run the same command again later. Is the server's address right? materials move --help",
    )
    NOT_OUR_BUCKET = ("not_our_bucket", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "What another archive or program has written there is neither read as this archive's nor added to.",
        "Correct `store` in materials.toml, or choose an empty prefix: s3://bucket/another-prefix",
    )
    NO_CONDITIONS = ("no_conditions", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "This server overwrites even when asked not to, so two writers at once would not notice each other.",
        "If only this computer ever writes there: add --single-writer, or single_writer = true in materials.toml.",
    )
    CLOCK_OFF = ("clock_off", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Requests are signed with the time, and this computer's clock is off by more than a few minutes.",
        "Set the clock (on Linux: timedatectl set-ntp true), then run it again.",
    )
    SCHEDULER_UNREACHABLE = ("scheduler_unreachable", ExitStatus.TEMPORARY, Reach.ARCHIVE, _PASSES,
        "The scheduler has ended or has no workers, the address is wrong, or the network on the way is having problems.",
        "Start the scheduler and its workers, and run the same command again; it continues where it stopped.",
    )
    WORKER_UNFIT = ("worker_unfit", ExitStatus.PERSON_NEEDED, Reach.ARCHIVE, _STAYS,
        "Every worker needs this version of materials, the same store, and the same kind of credential in its own environment.",
        "Correct that worker or remove it from the cluster, then run the same command again. Nothing is lost.",
    )
    EXTRA_MISSING = ("extra_missing", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "It is optional, and not installed by default.",
        "Install materials with it, in the folder of the program: uv tool install '.[objects]' (or pip install '.[objects]').",
    )
    BAD_SCHEDULE = ("bad_schedule", ExitStatus.USAGE, Reach.ARCHIVE, _STAYS,
        "This machine's timer is missing, unsuitable, or refused the job.",
        "`materials schedule` shows the available timers; with --print you can install the job by hand.",
    )
    DISK_FULL = ("disk_full", ExitStatus.DISK, Reach.ARCHIVE, _STAYS,
        "The disk is full.",
        "Free some space and run it again; nothing is lost.",
    )
    DISK_REFUSED = ("disk_refused", ExitStatus.DISK, Reach.ARCHIVE, _STAYS,
        "The operating system did not let materials read or write there.",
        "Check that the disk is not read-only and that you have permission to write to the folder.",
    )
    SYMLINK_IN_ARCHIVE = ("symlink_in_archive", ExitStatus.DISK, Reach.COLLECTION, _STAYS,
        "Through a link inside the archive, files elsewhere on this computer could be read or overwritten.",
        ("Put an ordinary folder in its place, or remove the link: the next sync fetches what is missing. "
         "To keep the archive on another disk, move all of it there; its own folder may be a link."),
    )
    PATH_TOO_LONG = ("path_too_long", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Deeply nested folders with long names exceed this computer's limit on path length.",
        "Ask the owner for shorter names, or keep the archive in a folder with a shorter path.",
    )
    FILE_TOO_LARGE = ("file_too_large", ExitStatus.PARTIAL, Reach.FILE, _STAYS,
        "Some file systems limit file size (FAT32: 4 GiB), and the system can limit it for a user (ulimit -f).",
        "Keep the archive on a disk with another file system, or exclude such files with max_size in materials.toml.",
    )
    STALLED = ("stalled", ExitStatus.TEMPORARY, Reach.COLLECTION, _PASSES,
        "A connection or a disk no longer responds. Had the run not been ended, every later one would find the archive locked.",
        ("No action needed: the next run continues where this one stopped. If it happens again, check the archive's disk and "
         "the network: `materials doctor`."),
    )
    INTERRUPTED = ("interrupted", ExitStatus.INTERRUPTED, Reach.ARCHIVE, _STAYS,
        "You interrupted the command.",
        "Run the same command again; it continues where it stopped.",
    )
    HUNG_UP = ("hung_up", ExitStatus.HUNG_UP, Reach.ARCHIVE, _STAYS,
        "The terminal that the command ran in was closed, or the connection to it was lost.",
        "Run the same command again; it continues where it stopped.",
    )
    TERMINATED = ("terminated", ExitStatus.TERMINATED, Reach.ARCHIVE, _STAYS,
        "The system or another user ended the command, for example at shutdown.",
        "Run the same command again; it continues where it stopped.",
    )
    # fmt: on


# Stated with a run's failures, so that somebody hears of it, although nothing failed.
REMARKS = frozenset({Code.CATALOGUE_LOST, Code.WITHDRAWALS_HELD, Code.REPLACEMENTS_HELD, Code.NOT_YET_HERE})
