"""A pasted link → the folder it means, because people paste what their browser, mail program or chat gave them.

The text is decoded layer by layer until it no longer changes: what mail programs, filters and sign-in pages wrap around a
link lies bare then, whoever made it. Decoding cannot damage the link itself, since ids and resource keys have only letters,
digits, "-" and "_".
"""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, msg

_LONGEST, _LAYERS = 10_000, 12
_AROUND = r"[\s\"'“”«»<>()\[\].,;]*+"
_BARE_ID = re.compile(rf"{_AROUND}(?:id=)?([A-Za-z0-9_-]{{19,}})((?:[?&/#]\S*+)?){_AROUND}")
_DRIVE = re.compile(
    r"(?:(?<=://)|(?<=:/)|(?<![\w.@/%-]))(?:drive|docs)\.google\.com(?::\d+)?(?=[/?#])([^\s\"'`“”«»<>()\[\]{}|^]*)",
    re.IGNORECASE,
)
_IN_PATH = re.compile(r"[/#](?:folders|drives)/([A-Za-z0-9_-]{10,})(?:/([A-Za-z0-9_-]{10,}))?")
_IN_QUERY = re.compile(r"/(?:open|(?:embedded)?folderview|leaf)/?\?(?:[^#]*&)?id=([A-Za-z0-9_-]{10,})")
_FILE = re.compile(r"/(?:file|document|presentation|spreadsheets|drawings|forms|videos)/(?:u/\d+/)?d/|/uc\?")
_CUT = re.compile(r"[/#](?:folders|drives)(?:/[A-Za-z0-9_-]{0,9}(?:[.…?&#].*)?)?\Z")
_KEY = re.compile(r"[?&;#]resourcekey=([A-Za-z0-9_-]+)", re.IGNORECASE)

# Wrappers that spell a link in a way of their own (github.com/cardi/proofpoint-url-decoder), and links in base64.
_PROOFPOINT_2 = re.compile(r"/v2/url\?(?:[^\s#]*&)?u=(https?-3A[\w.-]+)", re.ASCII)
_PROOFPOINT_3 = re.compile(r"/v3/__((?:(?!/v3/__).)+?)__;([\w-]*)!", re.ASCII)
_BASE64 = re.compile(r"(?<==)(?<!key=)(?:a1)?(aHR0c[\w+/-]{8,})", re.ASCII)
_STARS = re.compile(r"\*\*.|\*")
_INVISIBLE = {"Cc", "Cf", "Cs", "Mn"}
_RUNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@dataclass(frozen=True, slots=True)
class FolderLink:
    """Which folder a link means. resource_key is needed by some folders shared before September 2021."""

    folder_id: str
    resource_key: str | None = None

    @property
    def url(self) -> str:
        """The link in its plain form."""
        key = f"?resourcekey={self.resource_key}" if self.resource_key else ""
        return f"https://drive.google.com/drive/folders/{self.folder_id}{key}"


def parse_link(text: str) -> FolderLink:
    """Find the link to a folder in a text, or the bare id; raise not_a_folder_link or file_link."""
    plain = _bare(text[:_LONGEST])
    if bare := _BARE_ID.fullmatch(plain):
        return FolderLink(bare[1], _resource_key(bare[2]))
    links = [found[1] for found in _DRIVE.finditer(plain)]
    folders = dict[str, str | None]()
    for folder_id, key in _folders(links):
        folders[folder_id] = folders.get(folder_id) or key
    if len(folders) == 1:
        return FolderLink(*folders.popitem())
    if folders:
        raise _not_a_link(text, msg("This text has links to {count} folders. Add them one by one.", count=len(folders)))
    if any(map(_FILE.search, links)):
        raise MaterialsError(Code.FILE_LINK, msg("This link points to a single file."), where=_shown(text))
    if any(map(_CUT.search, links)):
        raise _not_a_link(text, msg("This link to a folder is cut off: its end is missing."))
    if links:
        raise _not_a_link(text, msg("This link points to Drive, but not to a folder."))
    raise _not_a_link(text, msg("This is not a link to Google Drive."))


def _folders(links: list[str]) -> Iterator[tuple[str, str | None]]:
    """The folder and the resource key of each link, given from its path on."""
    for link in links:
        if found := _IN_PATH.search(link):
            yield found[2] or found[1], _resource_key(link)
        elif found := _IN_QUERY.search(link):
            yield found[1], _resource_key(link)


def _resource_key(link: str) -> str | None:
    found = _KEY.search(link)
    return found[1] if found else None


def _bare(text: str) -> str:
    """The text without what is wrapped around its links."""
    for _ in range(_LAYERS):
        before = text
        # The third form ends with characters that another wrapper may have encoded: it is opened before they are decoded.
        text = _decoded(_PROOFPOINT_3.sub(lambda found: f" {_starred(found[1], found[2])} ", text))
        text = _PROOFPOINT_2.sub(lambda found: f" {_dashed(found[1])} ", text)
        text = _BASE64.sub(lambda found: f" {_from_base64(found[1])} ", text)
        if text == before:
            break
    return text


def _decoded(text: str) -> str:
    """One layer of encoding less: of HTML, of an address, of JSON, of Markdown, of a mail; without invisible characters."""
    text = unquote(html.unescape(text))
    text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    text = re.sub(r"\\(?=[^\w\s]|_)", "", re.sub("=3D(?=0-|[01][A-Za-z])", "=", text))
    return "".join(" " if c.isspace() else c for c in text if c.isspace() or unicodedata.category(c) not in _INVISIBLE)


def _dashed(address: str) -> str:
    """urldefense, second form: "-3A" is ":", "_" is "/"."""
    return unquote(re.sub(r"-([0-9A-Fa-f]{2})", r"%\1", address.replace("_", "/")))


def _starred(address: str, replaced: str) -> str:
    """urldefense, third form: "*" is the next of the replaced characters, "**A" the next two, "**B" the next three …."""
    rest = iter(_from_base64(replaced))

    def restore(found: re.Match[str]) -> str:
        count = _RUNS.find(found[0][2:]) + 2 if found[0] != "*" else 1
        return "".join(next(rest, "*") for _ in range(count))

    return _STARS.sub(restore, address)


def _from_base64(text: str) -> str:
    whole = text.rstrip("=")
    whole = whole[: len(whole) - (len(whole) % 4 == 1)].replace("+", "-").replace("/", "_")
    return base64.urlsafe_b64decode(whole + "=" * (-len(whole) % 4)).decode("utf-8", "replace")


def _not_a_link(text: str, what: Message) -> MaterialsError:
    return MaterialsError(Code.NOT_A_FOLDER_LINK, what, where=_shown(text))


def _shown(text: str) -> str:
    return text.strip()[:500]
