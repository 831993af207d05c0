"""Notes on lacking text, folded: a folder of scans is one line, not a hundred."""

from materials_cli.cli.lacking import folded
from materials_cli.messages import msg


def test_notes_of_one_kind_are_one_line() -> None:
    wholly = msg("{count} of {total} slides have no text.", count=9, total=9)
    partly = [msg("{count} of {total} pages have no text.", count=count, total=9) for count in (2, 3)]
    locked = msg("The file is protected with a password, so its text cannot be read.")
    assert folded([wholly, *partly, msg("Its only page has no text.", count=1, total=1), wholly, locked]) == [
        "3 items: pictures only, without text",
        "2 items: some slides or pages have no text",
        "1 item: The file is protected with a password, so its text cannot be read.",
        "To list them: materials status --limit 1000",
    ]
