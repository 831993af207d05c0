"""What a bag says of itself, in English for every reader: words.toml."""

import tomllib
from importlib import resources
from types import MappingProxyType

_TOLD = tomllib.loads(resources.files(__package__).joinpath("words.toml").read_text("utf-8"))
RECORDS = MappingProxyType({name: (about, media_type) for name, (about, media_type) in _TOLD["records"].items()})
SENTENCES = MappingProxyType({name: str(text) for name, text in _TOLD["sentences"].items()})
