"""Writes src/materials_cli/describe/countries.toml: the names of countries in the project's languages.

Source: the Unicode CLDR, as Babel ships it (https://cldr.unicode.org). Run it again after an update of Babel. Names that people
use and CLDR does not state – official, short and former ones – are added from the table below.
"""

from pathlib import Path

import babel
from babel import Locale
from babel.core import get_cldr_version

LANGUAGES = ("en", "ru", "ko", "hy", "az", "az_Cyrl", "ka", "kk", "ky", "tg", "uz", "uz_Cyrl", "bn", "km", "lo", "mn", "fil")
ALSO = {
    "AE": "UAE|ОАЭ", "BA": "Bosnia and Herzegovina", "BY": "Белоруссия", "CD": "DR Congo|Democratic Republic of the Congo",
    "CG": "Republic of the Congo", "CI": "Ivory Coast", "CN": "People's Republic of China|КНР", "CV": "Cape Verde",
    "CZ": "Czech Republic", "DE": "ФРГ", "GB": "UK|Great Britain|Великобритания|Соединённое Королевство", "HK": "Hong Kong",
    "IR": "Islamic Republic of Iran", "KG": "Kyrgyz Republic|Кыргызская Республика|Кыргызстан|Кыргыз Республикасы|키르기스",
    "KP": "DPRK", "KR": "Korea|Republic of Korea|ROK|Корея|Южная Корея|한국|Солонгос|Koreya|Кореяи ҷанубӣ",
    "KZ": "Республика Казахстан|Qazaqstan", "LA": "Lao PDR|Lao People's Democratic Republic|Lao|ЛНДР", "MD": "Молдавия",
    "MM": "Myanmar|Burma", "MO": "Macao", "MN": "Монгол Улс", "PS": "Palestine", "RU": "Russian Federation|РФ", "SA": "KSA",
    "SY": "Syria", "SZ": "Swaziland", "TJ": "Республика Таджикистан", "TM": "Туркмения", "TR": "Turkiye|Turkey",
    "TZ": "Tanzania", "US": "USA|U.S.A.|United States of America|США", "UZ": "Республика Узбекистан|O'zbekiston|Özbekistan",
    "VN": "Viet Nam", "GE": "Грузія", "PH": "the Philippines|Pilipinas", "AM": "Հայաստան|Республика Армения",
}  # fmt: skip
NO_COUNTRIES = {"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"}
HEAD = """\
# The names of countries, by ISO 3166-1 alpha-2 code. Made by tools/countries.py from the Unicode CLDR {version}
# (Babel {babel}), under the Unicode License (https://www.unicode.org/license.txt), and a few names that CLDR does not state.
"""


def main() -> None:
    territories = [(code, Locale.parse(code).territories) for code in LANGUAGES]
    lines = [HEAD.format(version=get_cldr_version(), babel=babel.__version__)]
    for code in sorted(filter(str.isalpha, territories[0][1].keys() - NO_COUNTRIES)):
        names = [table.get(code, "").replace("\u200b", "") for _, table in territories]
        names += ALSO.get(code, "").split("|")
        listed = "|".join(dict.fromkeys(name for name in names if name and name != code))
        lines.append(f'{code} = "{listed}"\n')
    target = Path(__file__).parents[1] / "src/materials_cli/describe/countries.toml"
    target.write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
