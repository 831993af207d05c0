"""What can happen to the emulator's Drive, each event at one moment, and the checksum that Google's storage states."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.emulator.crc32c import crc32c
from materials_cli.emulator.node import Content
from materials_cli.emulator.world import World


def crc32c_by_the_bit(data: bytes) -> int:
    """The definition: RFC 3720, appendix B.4."""
    state = 0xFFFFFFFF
    for byte in data:
        state ^= byte
        for _ in range(8):
            state = (state >> 1) ^ (0x82F63B78 if state & 1 else 0)
    return state ^ 0xFFFFFFFF


@pytest.mark.parametrize(
    ("data", "expected"),
    [(bytes(32), 0x8A9136AA), (b"\xff" * 32, 0x62A8AB43), (bytes(range(32)), 0x46DD794E), (b"123456789", 0xE3069283), (b"", 0)],
)
def test_e13_the_checksum_is_that_of_the_rfc(data: bytes, expected: int) -> None:
    assert crc32c([data]) == expected


@given(st.lists(st.binary(max_size=600), max_size=5))
def test_e13_the_checksum_does_not_depend_on_how_bytes_are_cut(chunks: list[bytes]) -> None:
    assert crc32c(chunks) == crc32c_by_the_bit(b"".join(chunks))


def test_e13_the_checksum_of_long_content() -> None:
    data = bytes(range(251)) * 1300
    assert crc32c([data]) == crc32c_by_the_bit(data)


def test_content_on_the_disk_is_computed_again_when_it_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"one")
    content = Content(path)
    before = content.digest("sha256")
    assert content.digest("sha256") == before
    path.write_bytes(b"another")
    assert content.digest("sha256") != before
    assert b"".join(content.chunks(1, 4)) == b"not"


def test_what_can_happen_to_a_world() -> None:
    world = World()
    day, other = world.add_folder("Day 1"), world.add_folder("Day 2")
    first = world.add_file("a.pdf", b"one", day)
    assert len(first) == 33
    second = world.duplicate(first)
    world.move(second, other)
    world.move(second, other)
    world.rename(second, "b.pdf")
    world.edit(second, b"two")
    assert [(node.name, node.data) for node in world.children(other)] == [("b.pdf", b"two")]
    assert [node.id for node in world.children(day)] == [first]
    world.swap_names(first, second)
    assert [world.nodes[node].name for node in (first, second)] == ["b.pdf", "a.pdf"]
    world.delete(first)
    assert world.add_file("b.pdf", b"three", day) != first
    with pytest.raises(KeyError):
        world.move(second, "nowhere")
    assert [node.id for node in world.children(other)] == [second]
    world.delete(world.root)
    assert world.nodes == {}


def test_a_folder_cannot_be_moved_into_itself() -> None:
    world = World()
    outer = world.add_folder("outer")
    inner = world.add_folder("inner", outer)
    for target in (outer, inner):
        with pytest.raises(ValueError, match=target):
            world.move(outer, target)
    assert [node.id for node in world.children(world.root)] == [outer]


def test_link_sharing_goes_down_the_tree_until_it_is_said_otherwise() -> None:
    world = World()
    folder = world.add_folder("folder")
    file = world.add_file("a.txt", b"a", folder)
    world.unshare(world.root)
    assert world.visible(file) is None
    world.share(file)
    assert (world.visible(file), world.visible(folder)) == (world.nodes[file], None)
    world.share(world.root)
    world.unshare(folder)
    assert world.visible(file) is not None
    world.share(folder)
    world.unshare(file)
    world.share(file)
    world.unshare(folder)
    assert world.visible(file) is None


def test_events_from_many_threads_leave_no_half_done_world() -> None:
    world = World()
    folders = [world.add_folder(f"folder {n}") for n in range(4)]
    files = [world.add_file(f"{n}.txt", b"", folders[n % 4]) for n in range(16)]
    troubles: list[Exception] = []

    def stir(offset: int) -> None:
        events: list[Callable[[str, str], object]] = [
            world.swap_names, lambda a, _: world.move(a, folders[offset % 4]), lambda a, _: world.edit(a, b"x"),
            lambda a, _: world.trash(a), lambda a, _: world.restore(a), lambda a, _: world.unshare(a),
            lambda a, _: world.share(a), lambda a, _: world.delete(world.duplicate(a)), lambda a, _: world.visible(a),
        ]  # fmt: skip
        try:
            for turn in range(120):
                events[(turn + offset) % len(events)](files[turn % 16], files[(turn * 7 + offset) % 16])
        except Exception as error:  # noqa: BLE001 - told by the assertion below
            troubles.append(error)

    threads = [threading.Thread(target=stir, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert troubles == []
    assert sorted(world.nodes[file].name for file in files) == sorted(f"{n}.txt" for n in range(16))
    assert sorted(node.id for folder in folders for node in world.children(folder)) == sorted(files)
