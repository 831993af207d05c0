"""What is said of a number of items that a run will change or has changed: one table, in the words of the glossary."""

from types import MappingProxyType

from materials_cli.messages import msgids
from materials_cli.model import ActionKind

CHANGES = MappingProxyType(
    {
        ActionKind.ADD: msgids("{count} new", "{count} new"),
        ActionKind.REPLACE: msgids("{count} replaced", "{count} replaced"),
        ActionKind.MOVE: msgids("{count} renamed or moved", "{count} renamed or moved"),
        ActionKind.UPDATE: msgids("{count} with updated details", "{count} with updated details"),
        ActionKind.RESTORE: msgids("{count} restored", "{count} restored"),
        ActionKind.WITHDRAW: msgids("{count} withdrawn by the owner (kept)", "{count} withdrawn by the owner (kept)"),
    }
)
