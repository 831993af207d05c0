"""Media types, kinds of file, the words that `--kind` and `kind:` accept, and the formats that Google exports."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

FOLDER = "application/vnd.google-apps.folder"
SHORTCUT = "application/vnd.google-apps.shortcut"
GOOGLE_APPS = "application/vnd.google-apps."
LINK_FILE = "application/x-mswinurl"


class Kind(StrEnum):
    """The kinds of file."""

    SLIDES = "slides"
    DOCUMENT = "document"
    SHEET = "sheet"
    PDF = "pdf"
    TEXT = "text"
    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    ARCHIVE = "archive"
    LINK = "link"
    OTHER = "other"


_SYNONYMS = {"slide": Kind.SLIDES, "deck": Kind.SLIDES, "doc": Kind.DOCUMENT, "docs": Kind.DOCUMENT, "spreadsheet": Kind.SHEET}
_KIND_BY_SUFFIX = {
    **dict.fromkeys(("pptx", "pptm", "ppsx", "ppsm", "potx", "ppt", "pps", "odp", "fodp", "key"), Kind.SLIDES),
    **dict.fromkeys(("docx", "docm", "dotx", "doc", "odt", "fodt", "rtf", "pages", "epub", "hwp", "hwpx"), Kind.DOCUMENT),
    **dict.fromkeys(("xps", "oxps"), Kind.DOCUMENT),
    **dict.fromkeys(("xlsx", "xlsm", "xlsb", "xls", "ods", "fods", "csv", "tsv", "numbers"), Kind.SHEET),
    "pdf": Kind.PDF,
    **dict.fromkeys(("txt", "md", "markdown", "html", "htm", "json", "xml"), Kind.TEXT),
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "svg", "webp", "tif", "tiff", "bmp", "heic"), Kind.IMAGE),
    **dict.fromkeys(("mp4", "mov", "avi", "mkv", "webm", "m4v", "wmv"), Kind.VIDEO),
    **dict.fromkeys(("mp3", "m4a", "wav", "ogg", "flac", "aac"), Kind.AUDIO),
    **dict.fromkeys(("zip", "rar", "7z", "tar", "gz", "tgz"), Kind.ARCHIVE),
    "url": Kind.LINK,
}
# Office files, texts, drawings, plans, maps, pictures, sound and packages of other programs.
_SHOWN = (_KIND_BY_SUFFIX.keys() - {"url"}) | {
    "pot", "potm", "dotm", "xlt", "xltx", "xltm", "odg", "odf", "otp", "ott", "ots", "fodp", "fodt", "fods", "fodg", "sxi",
    "sxw", "sxc", "wpd", "wps", "hwp", "hwpx", "show", "cell",
    "djvu", "djv", "mobi", "azw3", "fb2", "tex", "bib", "log", "srt", "vtt", "yaml", "yml", "toml", "ini",
    "tab", "ics", "vcf", "eml", "msg",
    "vsd", "vsdx", "mpp", "mppx", "pub", "drawio", "mm", "xmind", "dwg", "dxf", "psd", "ai", "indd", "kml", "kmz", "gpx",
    "geojson",
    "heif", "avif", "ico", "jfif", "jpe", "mpg", "mpeg", "3gp", "flv", "ogv", "opus", "aif", "aiff", "wma", "mid", "bz2",
    "xz", "zst", "lz4",
}  # fmt: skip
_KIND_BY_MEDIA_WORD = (
    ("presentation", Kind.SLIDES),
    ("powerpoint", Kind.SLIDES),
    ("spreadsheet", Kind.SHEET),
    ("excel", Kind.SHEET),
    ("wordprocessing", Kind.DOCUMENT),
    ("msword", Kind.DOCUMENT),
    ("opendocument.text", Kind.DOCUMENT),
    (GOOGLE_APPS + "document", Kind.DOCUMENT),
    ("application/pdf", Kind.PDF),
    (GOOGLE_APPS + "drawing", Kind.IMAGE),
    ("text/csv", Kind.SHEET),
    ("image/", Kind.IMAGE),
    ("video/", Kind.VIDEO),
    (GOOGLE_APPS + "vid", Kind.VIDEO),
    ("audio/", Kind.AUDIO),
    ("application/zip", Kind.ARCHIVE),
    (LINK_FILE, Kind.LINK),
    (GOOGLE_APPS, Kind.LINK),
    ("text/", Kind.TEXT),
)


_KIND_WORDS = frozenset((*Kind, *_SYNONYMS, *_KIND_BY_SUFFIX))


def kind_word(typed: str) -> str:
    """A word of `--kind` or `kind:` as `is_kind` and `matches_kind` expect it: lower case, an extension without its dot."""
    return typed.strip().lower().removeprefix(".")


def is_kind(word: str) -> bool:
    """Whether a word is a kind, a synonym of one, or the extension of a known kind."""
    return word in _KIND_WORDS


def matches_kind(words: Iterable[str], kind: Kind, name: str) -> bool:
    """Whether any of the words is the kind of a file, a synonym of that kind, or the extension of the file's name.

    name: the file name or path, with the extension of the exported form for a Google-native document.
    """
    lowered = name.lower()
    return any(_SYNONYMS.get(word, word) == kind or lowered.endswith(f".{word}") for word in words)


def is_document(name: str) -> bool:
    """Whether a file of this name is of a kind that a program shows when it is opened, and not of one that is run."""
    _, dot, suffix = name.rpartition(".")
    return bool(dot) and suffix.lower() in _SHOWN


def kind_of(name: str, media_type: str) -> Kind:
    """The kind of a file by its extension or, where that is unknown, by the media type that Drive states."""
    _, dot, suffix = name.rpartition(".")
    if dot and (kind := _KIND_BY_SUFFIX.get(suffix.lower())):
        return kind
    return next((kind for word, kind in _KIND_BY_MEDIA_WORD if word in media_type), Kind.OTHER)


_OFFICE, _ODF = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument."
EXPORT_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "pptx": _OFFICE + "presentationml.presentation",
        "docx": _OFFICE + "wordprocessingml.document",
        "xlsx": _OFFICE + "spreadsheetml.sheet",
        "odp": _ODF + "presentation",
        "odt": _ODF + "text",
        "ods": _ODF + "spreadsheet",
        "pdf": "application/pdf",
        "txt": "text/plain",
        "md": "text/markdown",
        "rtf": "application/rtf",
        "epub": "application/epub+zip",
        "csv": "text/csv",
        "tsv": "text/tab-separated-values",
        "png": "image/png",
        "jpg": "image/jpeg",
        "svg": "image/svg+xml",
        "json": "application/vnd.google-apps.script+json",
        "mp4": "video/mp4",
    }
)
# Formats by the words used in materials.toml; the first one is the default.
# https://developers.google.com/workspace/drive/api/guides/ref-export-formats
EXPORT_FORMATS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "slides": ("pptx", "pdf", "odp", "txt"),
        "document": ("docx", "pdf", "odt", "rtf", "txt", "md", "epub"),
        "sheet": ("xlsx", "pdf", "ods", "csv", "tsv"),
        "drawing": ("png", "pdf", "jpg", "svg"),
        "script": ("json",),
        "video": ("mp4",),
    }
)
EXPORTED: Mapping[str, str] = MappingProxyType(
    {
        GOOGLE_APPS + "presentation": "slides",
        GOOGLE_APPS + "document": "document",
        GOOGLE_APPS + "spreadsheet": "sheet",
        GOOGLE_APPS + "drawing": "drawing",
        GOOGLE_APPS + "script": "script",
        GOOGLE_APPS + "vid": "video",
    }
)
