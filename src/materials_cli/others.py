"""Which archives are searched together with one: the tables [[archives]] of its materials.toml."""

from materials_cli.configfile import Value, key, keys
from materials_cli.messages import msg
from materials_cli.values import frozen

EVERY = "all"  # stands for all of them, and for the archive itself


@frozen()
class Other:
    """An archive elsewhere. place: a folder, the file of a catalogue, or the address of an object store."""

    name: str = key(
        Value.text, 'name = "tashkent"', msg("The name that marks results from there, and that --in NAME searches.")
    )
    place: str = key(
        Value.text, 'place = "s3://bucket/workshops"',
        msg("Where it is: a folder, the file of a catalogue, or an object store."),
    )  # fmt: skip

    def __str__(self) -> str:
        """As a person sees it, to be confirmed."""
        return f"{self.name}: {self.place}"


def read_others(value: Value) -> tuple[Other, ...]:
    """The archives elsewhere, each name once; raise bad_settings."""
    known = keys(Other)
    found = dict[str, Other]()
    for table in value.rows():
        for name, each in table.items():
            if name not in known:
                raise each.unknown(msg("unknown key"), name, known)
        values = {name: table.at(name, row.example) for name, row in known.items()}
        for each in values.values():
            if each.content is None:
                raise each.missing()
        other = Other(**{name: each.text() for name, each in values.items()})
        if other.name in found or other.name == EVERY:
            raise values["name"].wrong(msg("must be a name that no other archive has"))
        found[other.name] = other
    return tuple(found.values())
