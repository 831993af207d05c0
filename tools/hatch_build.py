"""The build hook: compiles translations and tables whenever a wheel is built or the project is installed from source."""

import io
import sys
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LOCALE = Path("src", "materials_cli", "locale")
FORMER = "former.po"


def compiled(translations: Path) -> bytes:
    """A .po file, with what was said formerly (FORMER, beside it), in the binary form that gettext reads."""
    file = io.BytesIO()
    with translations.open("rb") as source:
        known = read_po(source, abort_invalid=True)
    with translations.with_name(FORMER).open("rb") as source:
        for message in read_po(source, abort_invalid=True):
            if message.id and message.id not in known:
                known.add(message.id, message.string)
    write_mo(file, known)
    return file.getvalue()


def compile_all(top: Path) -> None:
    """Compile every translation of a source tree, each beside its .po file."""
    for translations in sorted((top / LOCALE).rglob("materials.po")):
        translations.with_suffix(".mo").write_bytes(compiled(translations))


class Compile(BuildHookInterface[Any]):
    """What hatchling calls before it collects the files of a wheel, an editable one included."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Compile the translations, and what means the same in other languages."""
        compile_all(Path(self.root))
        sys.path.insert(0, str(Path(self.root, "tools")))
        import equivalents  # noqa: PLC0415 - it imports the program itself

        equivalents.write(Path(self.root))
