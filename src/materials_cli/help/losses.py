"""The explanations of a catalogue that is lost or damaged, and how it is made anew."""

from materials_cli.help.entry import Explanation

LOSSES = {
    "bad_catalogue": Explanation(
        "The catalogue is the archive's database. It is damaged, or was not written by materials. The mirror, "
        "manifest.jsonl and SHA256SUMS do not depend on it.",
        "The usual causes are a failing disk, a copy made during a sync, or a program that synchronises folders "
        "(Dropbox, OneDrive). `materials doctor` shows what SQLite reports.",
        (
            "Make sure no other run is in progress, and check the disk: if it is failing, copy the archive to another one.",
            (
                "Run `materials rebuild`. It takes the copy of the catalogue that each sync keeps beside it and, where that is "
                "damaged as well, the manifest and the files. It names what could not be recovered and deletes nothing."
            ),
            "Do not move the catalogue away yourself: a sync alone does not know what the owner has withdrawn or replaced.",
        ),
    ),
    "catalogue_lost": Explanation(
        "The archive has a manifest or a copy of the catalogue, but no catalogue: the database with everything that is known "
        "about its files. The files themselves are untouched.",
        "Most often the archive was copied without its hidden folder .materials, or a backup left that folder out.",
        (
            "If you still have .materials of the same archive, put it back.",
            (
                "Otherwise run `materials rebuild`. It reads every file and compares it with the manifest. `materials sync` "
                "does the same before it contacts Google, and nothing is downloaded again."
            ),
            "What cannot be recovered is named: bytes that were only in .materials, and the record of earlier runs.",
        ),
    ),
    "nothing_to_rebuild": Explanation(
        "This archive has no catalogue, no copy of one and no manifest: nothing from which a catalogue could be made.",
        "That is so before the first sync.",
        ("Run `materials sync`. Files that are in the mirror already are recognised by their checksums.",),
    ),
}
