"""Which collections have changed since it was last asked, so that what was made of the others need not be made again.

Whatever changes an item or a version is seen, by triggers of this connection alone: the file does not keep them. An item can
also change by another one, in another collection: it is no longer the first with its bytes, or with its text.
"""

import json

from materials_cli.catalogue.descriptions import Firsts
from materials_cli.catalogue.refusals import Connection

# Not "OR IGNORE": within a trigger, what the outer statement does on a conflict counts.
_MARK = (
    "INSERT INTO changed SELECT {row}.collection WHERE NOT EXISTS (SELECT 1 FROM changed WHERE collection = {row}.collection);"
)
_ROWS = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("NEW", "OLD")}


class Changes:
    """What changes from now on, seen by the one connection that writes.

    Begin it outside a transaction, since a rollback would end it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TEMP TABLE IF NOT EXISTS changed (collection TEXT PRIMARY KEY) WITHOUT ROWID")
        for table in ("item", "version"):
            for change, rows in _ROWS.items():
                marks = " ".join(_MARK.format(row=row) for row in rows)
                connection.execute(
                    f"CREATE TEMP TRIGGER IF NOT EXISTS {table}_{change} AFTER {change} ON main.{table} BEGIN {marks} END"
                )
        self._firsts = Firsts({}, {})

    def seen(self, firsts: Firsts) -> set[str]:
        """The collections that have changed since forget(). firsts: those of now."""
        changed = {slug for (slug,) in self._connection.execute("SELECT collection FROM changed")}
        others = {value for now, was in zip(firsts, self._firsts, strict=True) for value, _ in now.items() ^ was.items()}
        if others:
            changed.update(
                slug
                for (slug,) in self._connection.execute(
                    "SELECT DISTINCT collection FROM item WHERE sha256 IN (SELECT value FROM json_each(?1))"
                    " OR text_digest IN (SELECT value FROM json_each(?1))",
                    (json.dumps(sorted(others)),),
                )
            )
        return changed

    def forget(self, firsts: Firsts) -> None:
        """Begin anew: all that has changed until now is told. firsts: those of now."""
        self._connection.execute("DELETE FROM changed")
        self._firsts = firsts
