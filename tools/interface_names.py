"""Makes src/materials_cli/site/names.toml, the names of countries, languages and months for the pages of the catalogue.

python tools/interface_names.py: from the Unicode CLDR, as Babel has it. Browsers know most of them, but none in Kazakh.
"""

import json
from pathlib import Path

import babel
from babel import Locale

from materials_cli.site.interface import LANGUAGES
from materials_cli.words.languages import CODES

TARGET = Path(__file__).parents[1] / "src" / "materials_cli" / "site" / "names.toml"
HEADER = f"""\
# Names for the catalogue's pages, each in {", ".join(LANGUAGES)}. Made by tools/interface_names.py from the Unicode CLDR 47
# (Babel {babel.__version__}), under the Unicode License (https://www.unicode.org/license.txt).
"""


def written(key: str, names: list[str]) -> str:
    return f"{key} = {json.dumps(names, ensure_ascii=False)}"


def lines() -> list[str]:
    locales = [Locale.parse(code) for code in LANGUAGES]
    countries = [code for code in sorted(locales[0].territories) if code.isalpha() and len(code) == 2]
    months = [list(locale.months[context]["wide"].values()) for context in ("format", "stand-alone") for locale in locales]
    return [
        HEADER,
        "[countries]",
        *(written(code, [locale.territories.get(code, code) for locale in locales]) for code in countries),
        "",
        "[languages]",
        *(written(code, [locale.languages.get(code, code) for locale in locales]) for code in sorted(CODES)),
        "",
        "[months]",
        *(written(str(number + 1), [names[number] for names in months]) for number in range(12)),
    ]


if __name__ == "__main__":
    TARGET.write_text("\n".join(lines()) + "\n", "utf-8")
