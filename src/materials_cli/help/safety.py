"""The explanations of what materials does not do by itself, since an archive and its files may come from strangers."""

from materials_cli.help.entry import Explanation

SAFETY = {
    "unconfirmed_settings": Explanation(
        "Some settings in materials.toml let materials run a program, write outside the archive, or sign in to a mail server "
        "with a password. An archive can be copied or handed over, and its materials.toml comes along. So these settings are "
        "used only if the file belongs to you (or to root) and you have confirmed their values once on this computer.",
        "Until then, scheduled syncs run without them, end with status 3, and say so once a day. If a value changes, or a "
        "script in the archive that a command names, it has to be confirmed again.",
        (
            "`materials trust` shows these settings and asks. Say yes if you wrote them yourself or trust whoever did.",
            "In a script: `materials trust --yes`, as the user who runs the sync, after reading materials.toml.",
            "If the file belongs to somebody else, run materials as its owner, or make the file your own.",
        ),
    ),
    "not_a_document": Explanation(
        "Files on Drive may come from anybody. A program, a script, a disk image or a shortcut takes effect as soon as it is "
        "opened, so `materials open` opens only known kinds of documents and links to web pages. The content is checked, too: "
        "a program that is named like a document is not opened.",
        "The name or the content of the file is not that of a document. Names such as “agenda.pdf.exe” are meant to deceive.",
        (
            "The line “where” shows the file. Ask whoever shared it what it is.",
            "If you know the file and trust its author, open it from its folder.",
        ),
    ),
}
