"""Writes src/materials_cli/search/languages.toml: the names of the region's languages in each of them.

Source: the Unicode CLDR, as Babel ships it (https://cldr.unicode.org). Run it again after an update of Babel.
"""

from pathlib import Path

import babel
from babel import Locale
from babel.core import get_cldr_version

LANGUAGES = ("en", "ru", "ko", "kk", "ky", "uz", "uz_Cyrl", "tg", "hy", "ka", "az", "az_Cyrl", "mn", "bn", "km", "lo", "fil")
NAMED = ("en", "ru", "ko", "kk", "ky", "uz", "tg", "hy", "ka", "az", "mn", "bn", "km", "lo", "fil", "id", "vi")
HEAD = """\
# The names of the region's languages, by ISO 639 code. Made by tools/language_names.py from the Unicode CLDR {version}
# (Babel {babel}), under the Unicode License (https://www.unicode.org/license.txt).
"""


def main() -> None:
    lines = [HEAD.format(version=get_cldr_version(), babel=babel.__version__)]
    for code in NAMED:
        lines.append(f"\n[language-{code}]\n")
        names: dict[str, dict[str, None]] = {}
        for tongue in LANGUAGES:
            name = Locale.parse(tongue).languages.get(code)
            if name and name != code:
                names.setdefault(tongue.partition("_")[0], {})[name.replace("\u200b", "")] = None
        lines += [f'{tongue} = "{"|".join(listed)}"\n' for tongue, listed in names.items()]
    target = Path(__file__).parents[1] / "src/materials_cli/search/languages.toml"
    target.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
