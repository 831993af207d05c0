"""What a test looks for in a text."""

import re

from materials_cli.model import Text


def words(text: Text) -> list[str]:
    """The made-up words of a text, in their order."""
    return re.findall(r"zq\w+", "\n".join(f"{each.title}\n{each.body}\n{each.notes}" for each in text.sections))
