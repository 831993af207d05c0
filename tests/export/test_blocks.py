"""Lines of the manifest that are taken over as they lie there are those that would be made anew, whatever has changed."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from materials_cli.catalogue.items import Catalogue
from materials_cli.catalogue.naming import remove_collection
from materials_cli.catalogue.verifications import put_verified
from materials_cli.config import FILE
from materials_cli.export.blocks import Blocks
from materials_cli.export.manifest import differing, update_manifest
from materials_cli.filenames import JSONL
from materials_cli.model import Fixity, Item, Section, State, Text, Version
from materials_cli.store.mirror import Store
from support.small_catalogue import item as made

SLUGS = ("a", "a-b", "a_b", "b")
DAY = datetime(2025, 6, 20, tzinfo=UTC)
LONG = " ".join(f"word{number}" for number in range(30))  # texts that are compared as a whole
DONE = ("arrives", "is read", "is withdrawn", "has a version", "is verified", "is removed", "is told of", "is undone")


def item(slug: str, number: int, content: str, hours: int) -> Item:
    seen = DAY + timedelta(hours=hours)
    return replace(made(f"{slug}-{number}.txt", slug, seen), fixity=Fixity(1, content), first_seen=seen, fetched=seen)


class UndoneError(Exception):
    """A run fails once its manifest is written."""


Step = tuple[str, str, int, str, int]
FIRST_GOES: list[Step] = [("arrives", "a", 0, "x", 0), ("arrives", "b", 0, "x", 1), ("arrives", "a-b", 0, "y", 2)]
FIRST_GOES += [("arrives", "a", 0, "y", 3)]  # so b has no other with its bytes, and a-b was first with those of a


@settings(deadline=None, max_examples=15)
@example(FIRST_GOES)
@example([("is undone", "a", 0, "x", 0), ("is undone", "b", 0, "x", 0), *FIRST_GOES, ("is undone", "b", 0, "y", 0)])
@example([*FIRST_GOES, ("is removed", "a-b", 0, "", 0), ("is told of", "a", 0, "x", 0), ("has a version", "b", 0, "x", 4)])
@given(
    st.lists(
        st.tuples(st.sampled_from(DONE), st.sampled_from(SLUGS), st.integers(0, 2), st.sampled_from("xy"), st.integers(0, 9)),
        min_size=4,
        max_size=12,
    )
)
def test_what_is_taken_over_is_what_would_be_made(steps: list[Step]) -> None:
    with TemporaryDirectory() as top:
        store = Store(Path(top))
        store.make_folders()
        with Catalogue.open(store.catalogue, write=True) as catalogue:
            blocks = Blocks(catalogue)
            for what, slug, number, content, hours in steps:
                with suppress(UndoneError), catalogue.transaction():
                    happens(store, catalogue, "arrives" if what == "is undone" else what, slug, number, content, hours)
                    update_manifest(store, catalogue, blocks)
                    assert differing(store, catalogue) is None
                    if what == "is undone":
                        raise UndoneError
                update_manifest(store, catalogue, blocks)
                assert differing(store, catalogue) is None


def happens(store: Store, catalogue: Catalogue, what: str, slug: str, number: int, content: str, hours: int) -> None:
    new = item(slug, number, content, hours)
    known = catalogue.find(slug, new.id)
    if what == "arrives":
        catalogue.record(new)
    elif what == "is told of":
        link = f"https://drive.google.com/drive/folders/{'1' * 33}"
        (store.root / FILE).write_text(f'format = 1\n[collections.{slug}]\nlink = "{link}"\ntitle = "{content}"\n', "utf-8")
    elif what == "is removed":
        remove_collection(catalogue.connection, slug)
    elif known:
        changes(catalogue, what, known, new)


def changes(catalogue: Catalogue, what: str, known: Item, new: Item) -> None:
    if what == "is read":
        text = Text("page", (Section(1, known.fixity.sha256, LONG),))
        catalogue.put_text(known.collection, known.id, text, known.fixity.sha256, 1)
    elif what == "is withdrawn":
        catalogue.record(replace(known, state=State.WITHDRAWN, withdrawn=new.fetched))
    elif what == "has a version":
        catalogue.retire(known.collection, Version(known.id, new.fixity, known.path, None, DAY, new.fetched))
        catalogue.record(known)
    elif what == "is verified":
        put_verified(catalogue.connection, [(known.collection, known.id)], known.fetched + timedelta(days=1))


def test_a_manifest_that_somebody_changed_is_not_taken_over(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.make_folders()
    with Catalogue.open(store.catalogue, write=True) as catalogue:
        blocks = Blocks(catalogue)
        for slug in SLUGS:
            catalogue.record(item(slug, 0, slug, 0))
        update_manifest(store, catalogue, blocks)
        (tmp_path / JSONL).write_bytes((tmp_path / JSONL).read_bytes().replace(b"application/x", b"application/wrong"))
        catalogue.record(item("b", 1, "another", 0))
        update_manifest(store, catalogue, blocks)
        assert b"application/wrong" not in (tmp_path / JSONL).read_bytes()
        assert differing(store, catalogue) is None


def test_which_items_are_the_first_of_their_kind_is_asked_once_for_each_manifest(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.make_folders()
    with Catalogue.open(store.catalogue, write=True) as catalogue:
        blocks, asked = Blocks(catalogue), list[str]()
        catalogue.connection.set_trace_callback(lambda statement: asked.append(statement) if "HAVING" in statement else None)
        for count, slug in enumerate(SLUGS, 1):
            catalogue.record(item(slug, 0, slug, 0))
            update_manifest(store, catalogue, blocks)
            assert len(asked) == 2 * count  # by bytes, and by text
