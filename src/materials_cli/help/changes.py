"""The long explanations about versions, the history, and what is not listed any more."""

from materials_cli.help.entry import READ_ONLY, AtLength

CHANGES = {
    "unknown_version": AtLength(
        "The item has no earlier version that fits what was given after --from.",
        "`materials show ITEM` lists its versions: when each was replaced, how large it was, and its SHA-256.",
        ("Count back: 1 is the version before the present one.", "Or give a day (2025-06-01), or the beginning of a SHA-256."),
    ),
    "nothing_to_compare": AtLength(
        "Versions are compared by their texts, and one of them has none that can be read: a picture, a film, a locked file.",
        "`materials show ITEM` says in a note why no text was read.",
        ("Open both yourself; the earlier bytes lie in .materials/versions under their SHA-256.",),
    ),
    "bytes_missing": AtLength(
        "The catalogue knows these bytes, but they do not lie on this disk any more, or are not those it knows.",
        "Somebody has deleted files, or the disk lets bytes rot. `materials doctor` reads a sample of what is held again.",
        (
            "`materials sync` brings back what still lies on Drive.",
            "What Drive does not have any more: restore .materials/versions from a backup.",
        ),
    ),
    "broken_history": AtLength(
        "Each event of the history holds a hash that proves all events before it. Here a hash does not fit.",
        "The catalogue was changed by another program, or damaged. `materials doctor` checks whether SQLite finds it sound.",
        (
            "Compare .materials/catalogue.sqlite with a backup: the first event that differs is the one that was changed.",
            "A digest or a feed entry that somebody kept states the last hash of its time: up to there it can be proved.",
            "The files themselves are proved by SHA256SUMS: sha256sum -c SHA256SUMS",
        ),
    ),
    "path_too_long": AtLength(
        "One file's path, with all its folders, is longer than this computer's file system takes.",
        "Windows takes 260 letters unless long paths are switched on; Linux and macOS take about 1,000 to 4,000 bytes.",
        (
            "Keep the archive in a folder whose own path is short, such as C:\\archive.",
            "Ask the owner for shorter names. The other files were fetched all the same.",
        ),
    ),
    "file_too_large": AtLength(
        "One file is larger than the disk, or a limit set for your user account, allows. Nothing of it was stored.",
        "FAT32, common on USB sticks, takes files of up to 4 GiB; `ulimit -f` shows a limit of your account, if there is one.",
        (
            "Move the archive to a disk with another file system (exFAT, NTFS, ext4, APFS), or raise the limit.",
            'Or leave such files out: max_size = "4 GB" for the collection in materials.toml.',
            "The other files were fetched all the same.",
        ),
    ),
}

WITHDRAWALS = {
    "folder_empty": AtLength(
        "The folder is there, but Drive shows nothing in it, although the archive holds items of it. " + READ_ONLY,
        "Drive also shows an empty list where it does not let us look any more. Open the link in a private browser window.",
        (
            "If you see files there: try again in some minutes; Drive's lists can lag behind.",
            "If it asks you to sign in: ask the owner to share the folder by link again.",
            "If the owner has really emptied it: materials sync --accept-withdrawals. The bytes stay in .materials/versions.",
        ),
        letter="share",
    ),
    "folder_closed": AtLength(
        "One folder inside the shared one came back empty, and Drive does not let us look into it. What it held is kept.",
        "Its sharing was changed apart from the folder above it. Open it in a private browser window.",
        (
            "Ask the owner to share that folder like the one above it.",
            "If its content is to go: materials sync --accept-withdrawals",
        ),
        letter="share",
    ),
    "list_incomplete": AtLength(
        "Drive did not show all of the folder: a page of its list failed, or it said that it had not looked everywhere.",
        "The notes of the run say which folder it was; most often the next run sees it.",
        (
            "Nothing has to be done: what was not seen is kept, and nothing is withdrawn on the word of such a list.",
            "If it stays so for days: open that folder in a browser, and see whether it still opens.",
        ),
    ),
    "withdrawals_held": AtLength(
        "More than a quarter of what is held is not listed any more. That is lost access more often than a wish: all is kept.",
        "`materials plan` lists what is held back. Open the folder's link in a private browser window and compare.",
        (
            "If the files are there: wait for the next run.",
            "If the owner has moved or deleted them on purpose: materials sync --accept-withdrawals",
            "If you do not know: ask the owner.",
        ),
        letter="share",
    ),
}
