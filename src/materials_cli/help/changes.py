"""Explanations about versions, the history, and items that are no longer listed."""

from materials_cli.help.entry import READ_ONLY, Explanation

CHANGES = {
    "unknown_version": Explanation(
        "The item has no earlier version that matches the value of --from.",
        "`materials show ITEM` lists its versions: when each was replaced, how large it was, and its SHA-256.",
        ("Give a number counted back: 1 is the previous version.", "Or give a date (2025-06-01), or the start of a SHA-256."),
    ),
    "file_exists": Explanation(
        "`materials restore` writes a copy, and in that folder something already has the copy's name.",
        "Perhaps it was restored there before, or the folder has a file of your own.",
        ("Name another folder: materials restore ITEM --to FOLDER", "Or rename the file that is there."),
    ),
    "nothing_to_compare": Explanation(
        "Versions are compared by their text, and one of them has no readable text: a picture, a video, a protected file.",
        "`materials show ITEM` says in a note why no text was read.",
        ("Open both files yourself; earlier versions are in .materials/versions, named by their SHA-256.",),
    ),
    "bytes_missing": Explanation(
        "The catalogue lists these bytes, but they are missing from this disk.",
        "Somebody deleted or moved files. `materials verify` names every file that is missing or damaged.",
        (
            "`materials sync` restores what is still on Drive.",
            "For what Drive no longer has, restore .materials/versions from a backup.",
        ),
    ),
    "bytes_damaged": Explanation(
        "A checksum was computed when the file was archived. The file on this disk now has a different one.",
        "Somebody edited it, or the disk corrupts data. `materials verify` names every file that is missing or damaged.",
        (
            "A file in the mirror: move it out of the mirror, then `materials sync` restores it if Drive still has it.",
            "A file in .materials/versions: restore it from a backup.",
            "If several files are damaged, test the disk before you rely on it.",
        ),
    ),
    "broken_history": Explanation(
        "Each event of the history has a hash that covers all events before it. One hash does not match.",
        "The catalogue was changed by another program, or damaged. `materials doctor` checks its integrity.",
        (
            "Compare .materials/catalogue.sqlite with a backup: the first event that differs is the one that was changed.",
            "A saved digest or feed entry states the last hash at its time: the history can be verified up to that point.",
            "The files themselves can be verified with SHA256SUMS: sha256sum -c SHA256SUMS",
        ),
    ),
    "path_too_long": Explanation(
        "A file's path, including its folders, is longer than this file system allows.",
        "Windows allows 260 characters unless long paths are enabled; Linux and macOS allow about 1,000 to 4,000 bytes.",
        (
            "Keep the archive in a folder with a short path, such as C:\\archive.",
            "Ask the owner for shorter names. The other files were downloaded.",
        ),
    ),
    "file_too_large": Explanation(
        "A file is larger than the disk or a limit for your user account allows. None of it was stored.",
        "FAT32, common on USB sticks, allows files up to 4 GiB; `ulimit -f` shows your account's limit, if any.",
        (
            "Move the archive to a disk with another file system (exFAT, NTFS, ext4, APFS), or raise the limit.",
            'Or exclude such files: max_size = "4 GB" for the collection in materials.toml.',
            "The other files were downloaded.",
        ),
    ),
}

WITHDRAWALS = {
    "folder_empty": Explanation(
        "The folder is there, but Drive shows nothing in it, although the archive holds items of it. " + READ_ONLY,
        "Drive also shows an empty list for a folder that is no longer shared with you. Open the link in a private "
        "browser window.",
        (
            "If you see files there, try again in a few minutes; Drive's lists can lag behind.",
            "If you are asked to sign in, ask the owner to share the folder by link again.",
            (
                "If the owner has emptied it on purpose: materials sync --accept-withdrawals. The files stay in "
                ".materials/versions."
            ),
        ),
        letter="share",
    ),
    "folder_closed": Explanation(
        "A folder inside the shared folder is not shared with you. What the archive holds of it is kept.",
        "Its sharing was changed separately from the folder above it. Open it in a private browser window.",
        (
            "Ask the owner to share that folder in the same way as the one above it.",
            "If its contents were removed on purpose: materials sync --accept-withdrawals",
            'If it is not meant for you, exclude it: exclude = ["NAME"] for the collection in materials.toml.',
        ),
        letter="share",
    ),
    "list_incomplete": Explanation(
        "Drive did not list the whole folder: a page of its list failed, or Drive stated that the list is incomplete.",
        "The notes of the run name the folder; usually the next run succeeds.",
        (
            "No action needed: everything is kept, and nothing is withdrawn because of an incomplete list.",
            "If it continues for days, open that folder in a browser and check that it still opens.",
        ),
    ),
    "withdrawals_held": Explanation(
        "More than a quarter of the items are no longer listed. This is usually lost access rather than a decision, so "
        "everything is kept.",
        "`materials plan` lists what is held back. Open the folder's link in a private browser window and compare.",
        (
            "If the files are there, wait for the next run.",
            "If the owner has moved or deleted them on purpose: materials sync --accept-withdrawals",
            "If you are not sure, ask the owner.",
        ),
        letter="share",
    ),
    "bad_bag": Explanation(
        "A bag lists its files with their checksums. Something in it does not match them, or would be written outside its "
        "folder. A zip file from Google Drive is refused if it is damaged, or if something in it would be written outside its "
        "folder.",
        "The error names each file. `bagit.py --validate FOLDER`, an independent program, checks a bag as well.",
        (
            "If it is a zip from Google Drive: download it again, or unpack it yourself and import the folder.",
            (
                "If it is a bag: get another copy from whoever handed it over. An interrupted download or a worn-out memory "
                "stick is the usual cause."
            ),
            "If that one is refused, too, ask the sender to export it again. Do not repair the lists: they are the proof.",
        ),
    ),
    "not_yet_here": Explanation(
        "A copy of a Drive folder was taken in, and Drive has more files than the copy did.",
        "The copy is older, was not whole, or some of its files could not be proven to be those on Drive.",
        ("Download the rest: materials sync", "To see first what that is: materials plan"),
    ),
    "replacements_held": Explanation(
        "More than a quarter of the items have new content on Drive, and most of that is empty, unreadable or without its "
        "text: a synchronisation went wrong, a disk failed, or files were encrypted by an attacker. The items are kept as they "
        "are; the new content waits in .materials/versions and is neither downloaded nor reported again.",
        "`materials plan` lists what is held back, `materials show ITEM` says what is wrong with it. Open some of the files on "
        "Drive.",
        (
            "If they are broken there, too, tell the owner: this archive has the content from before.",
            "Once Drive has that content again, there is nothing left to do.",
            "If the new content is right: materials sync --accept-replacements. What it replaces is kept as a version.",
        ),
    ),
}
