"""The picture of a slide, as assistants can see it: PNG or JPEG, and no larger than their programs take."""

from base64 import b64encode

from materials_cli.messages import Message, msg
from materials_cli.model import Item
from materials_cli.pictures.drawn import SVG
from materials_cli.pictures.kept import CARD, Pictures

_LARGEST = 700_000  # bytes: in base64, that stays below the megabyte that some take at most
_SECONDS = 20.0


def picture_of(pictures: Pictures, item: Item, number: int) -> tuple[tuple[str, str] | None, str]:
    """Its media type and its bytes in base64, and whether it is attached or why not, for the assistant."""
    seen = _seen(pictures, item, number)
    return (None, f"none: {seen!s}") if isinstance(seen, Message) else (seen, "attached")


def _seen(pictures: Pictures, item: Item, number: int) -> tuple[str, str] | Message:
    found = next((each for each in pictures.of(item.fixity.sha256) if each.number == number and each.by != CARD), None)
    content = found and found.read()
    if not found or not content:
        return msg("Not drawn. What can be drawn, `materials pictures` draws.")
    if found.media == SVG:
        return _flattened(content)
    if len(content) > _LARGEST:
        return msg("The picture is too large to be shown.")
    return found.media, b64encode(content).decode("ascii")


def _flattened(svg: bytes) -> tuple[str, str] | Message:
    """A drawing as a picture, made in a child of its own."""
    from materials_cli.extract.pool import Pool  # noqa: PLC0415 - an assistant waits for the server to start
    from materials_cli.pictures.draw import PROGRAM  # noqa: PLC0415 - as above
    from materials_cli.pictures.tools import can_flatten  # noqa: PLC0415 - as above

    if not can_flatten():
        return msg(
            "To show drawn slides to assistants, in the folder of the program: uv tool install '.[pictures]' "
            "(or pip install '.[pictures]')"
        )
    with Pool(1, seconds=_SECONDS, program=PROGRAM) as pool:
        answer = pool.ask({"svg": svg.decode("utf-8", "replace"), "most": _LARGEST})
    if isinstance(answer, Message):
        return answer
    return (answer["media"], answer["made"]) if "made" in answer else Message.from_json(answer["note"])
