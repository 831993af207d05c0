"""The event of a collection for programs: what people recorded, and what is made of it."""

from typing import Any

from materials_cli.config import Collection
from materials_cli.describe.countries import country_code
from materials_cli.describe.rights import UNDETERMINED, rights_uri
from materials_cli.words.languages import code_of


def event_row(collection: Collection) -> dict[str, Any]:
    """The event of a collection for JSON: what people recorded, and what programs make of it."""
    about = collection.about
    days, rights = about.days, about.rights or UNDETERMINED
    return {
        "about": about.row(),
        "first_day": days.first.isoformat() if days and days.first else None,
        "last_day": days.last.isoformat() if days and days.last else None,
        "country_codes": [code for code in map(country_code, about.countries) if code],
        "language_codes": [code_of(word) or word for word in about.languages],
        "rights_uri": rights_uri(rights),
    }
