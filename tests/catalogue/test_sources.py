"""What is read of the items to tell which sources may soon vanish."""

from dataclasses import replace
from pathlib import Path

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.sources import for_signs
from materials_cli.model import Section
from support.small_catalogue import NOW, item, put


def test_what_says_nothing_of_a_source_is_not_held_in_memory(tmp_path: Path) -> None:
    held = item("a.pptx")
    remote = replace(held.remote, web_link="https://drive.google.com/x", md5="0" * 32, version="7", owner="A", created=NOW)
    with Catalogue.open(tmp_path / "catalogue.sqlite", write=True) as catalogue:
        put(catalogue, replace(held, remote=remote), Section(1, "A title", "text"))
        (whole,), (slim,) = catalogue.each(), for_signs(catalogue.connection)
    assert (whole.remote.web_link, whole.remote.version) == (remote.web_link, "7")
    assert (slim.remote.web_link, slim.remote.md5, slim.remote.version) == (None, None, None)
    assert (slim.path, slim.fixity.sha256, slim.remote.owner, slim.remote.created) == (held.path, held.fixity.sha256, "A", NOW)
    assert slim.first_seen is slim.fetched
