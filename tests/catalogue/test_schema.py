"""Transactions of the catalogue, interrupted anywhere."""

from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.refusals import Connection, Cursor
from materials_cli.catalogue.schema import transaction


class Interrupted(Connection):
    """A connection during whose statement a signal arrives: before it is run, or just after it."""

    left = 0
    after = False

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        self.left -= 1
        if not self.left and not self.after:
            raise KeyboardInterrupt
        done = super().execute(sql, parameters)
        if not self.left:
            raise KeyboardInterrupt
        return done


def put(connection: Connection, value: str) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO told VALUES (?)", (value,))


def put_both(connection: Connection) -> None:
    with transaction(connection):
        put(connection, "the item")
        put(connection, "the event")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("statement", range(1, 9))
def test_what_is_interrupted_between_any_two_statements_is_there_whole_or_not_at_all(
    tmp_path: Path, statement: int, after: bool
) -> None:
    with_it = Interrupted.to(str(tmp_path / "x.sqlite"), tmp_path)
    with_it.execute("CREATE TABLE told (value TEXT)")
    with transaction(with_it):
        put(with_it, "before")
        with_it.left, with_it.after = statement, after
        with pytest.raises(KeyboardInterrupt):
            put_both(with_it)
        with_it.left = 0
        put(with_it, "afterwards")
    found = [value for (value,) in with_it.execute("SELECT value FROM told")]
    assert found in (["before", "afterwards"], ["before", "the item", "the event", "afterwards"])
    assert not with_it.in_transaction
    with_it.close()
