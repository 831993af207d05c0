"""The formats that `materials export` writes: one table, one file for each. A new format is one file and one line here.

A format is a function that takes a Request and returns what it Wrote. It goes through `request.descriptions()` once, which
holds one item at a time (see describe/description.py), and writes below `request.target` alone, a file by disk.replacing().
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from materials_cli.catalogue.descriptions import descriptions
from materials_cli.config import Collection
from materials_cli.describe.description import Description
from materials_cli.export.manifest import events
from materials_cli.messages import Message, msg

if TYPE_CHECKING:
    from materials_cli.catalogue.items import Catalogue
    from materials_cli.model import Progress
    from materials_cli.store.mirror import Store


@dataclass(frozen=True, slots=True)
class Options:
    """What a format can be asked for: earlier versions and withdrawn items, too; links instead of copies; one zip.

    sign: the file of the key that it is to be signed with.
    """

    versions: bool = False
    hard_links: bool = False
    zip: bool = False
    sign: Path | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be exported, and where to. slugs: of the chosen collections; all if empty.

    page: makes the page of a bag, of the address of each item's file, by collection and id, and of what is missing.
    """

    store: "Store"
    catalogue: "Catalogue"
    collections: tuple[Collection, ...]
    slugs: tuple[str, ...]
    target: Path
    progress: "Progress" = lambda _: None
    options: Options = Options()
    page: "Callable[[Request, Mapping[tuple[str, str], str], Sequence[str]], str] | None" = None

    def descriptions(self) -> Iterator[Description]:
        """The items, by path."""
        return descriptions(self.catalogue, self.collections, self.slugs)

    @property
    def chosen(self) -> tuple[Collection, ...]:
        """The chosen collections."""
        return tuple(each for each in self.collections if not self.slugs or each.slug in self.slugs)

    @property
    def events(self) -> Mapping[str, Mapping[str, Any]]:
        """Their recorded events, for columns.values()."""
        return events(self.chosen)


@dataclass(frozen=True, slots=True)
class Wrote:
    """The result of an export. items: how many it has. advice: what a receiver does with it. notes: what is worth knowing.

    flaws: the files that are missing, damaged or not readable here, and so are not in it. unread: how many of them may be
    intact, since this user may not read them. proof: a SHA-256 that covers all of it, or empty.
    """

    items: int
    advice: Message
    notes: tuple[Message, ...] = ()
    flaws: tuple[Message, ...] = ()
    proof: str = ""
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Format:
    """A format. target: module:function in this package. suffix: of its file; empty for a folder. meaning: for help.

    options: the fields of Options that it takes. bytes: it has the files themselves, so that it is made while nothing else
    changes the archive, and recorded in the history.
    """

    target: str
    suffix: str
    meaning: Message
    options: frozenset[str] = frozenset()
    bytes: bool = False

    def write(self, request: Request) -> Wrote:
        """Export; raise a disk error."""
        module, _, function = self.target.partition(":")
        exported: Callable[[Request], Wrote] = getattr(import_module(f"{__package__}.{module}"), function)
        return exported(request)


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "bag": Format(
            "bag.bag:write",
            "",
            msg("a BagIt bag that is an RO-Crate, for another archive: the files with all that is known of them"),
            frozenset({"versions", "hard_links", "zip", "sign"}),
            bytes=True,
        ),
        "xlsx": Format("xlsx:write", ".xlsx", msg("a workbook for Excel and LibreOffice, with links and filters")),
        "csv": Format("listing:write_csv", ".csv", msg("a table, which `materials edit --csv` reads in again")),
        "jsonl": Format("listing:write_jsonl", ".jsonl", msg("for programs, one item a line, as in manifest.jsonl")),
        "dublin-core": Format(
            "dublincore:write", "", msg("for libraries and repositories: a file in oai_dc for each item, a table")
        ),
        "datapackage": Format(
            "datapackage:write",
            "",
            msg("for people who work with data: a typed table and the files (Frictionless)"),
            bytes=True,
        ),
        "ocfl": Format(
            "ocfl:write",
            "",
            msg("for repositories such as Fedora: the files with their versions, an object for each item"),
            bytes=True,
        ),
        "archivematica": Format(
            "archivematica:write", "", msg("for archives that use Archivematica: a transfer with the files"), bytes=True
        ),
        "premis": Format(
            "premis:write", ".xml", msg("for preservation systems: fixity, formats and the whole history (PREMIS 3)")
        ),
        "atom": Format("atom:write", ".csv", msg("for archives that use AtoM: descriptions by ISAD(G)")),
        "archivesspace": Format("archivesspace:write", ".csv", msg("for archives that use ArchivesSpace: digital objects")),
        "zenodo": Format("zenodo:write", "", msg("for a deposit on Zenodo: metadata with the fields of a conference")),
        "schema.org": Format("schemaorg:write", ".jsonld", msg("for web pages and search engines: JSON-LD")),
        "notebook": Format("notebook:write", "", msg("for NotebookLM and other assistants: the texts, in Markdown")),
        "bibtex": Format("references:write_bibtex", ".bib", msg("references for LaTeX and JabRef")),
        "csl-json": Format("references:write_csl", ".json", msg("references for Zotero, pandoc and other users of CSL")),
        "ris": Format("references:write_ris", ".ris", msg("references for EndNote, Mendeley and Citavi")),
    }
)
