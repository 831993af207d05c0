"""Links inside the links that mail programs, filters and sign-in pages make of them: the folder and its key are found."""

import base64
import json
from collections.abc import Callable
from html import escape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.drive.link import FolderLink, parse_link
from materials_cli.errors import MaterialsError

ID = "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"
KEY = "0-abcDEF_123"

LINKS = [
    f"https://drive.google.com/drive/folders/{ID}?usp=sharing&resourcekey={KEY}",
    f"https://drive.google.com/drive/u/1/folders/{ID}?resourcekey={KEY}#grid",
    f"http://drive.google.com/open?id={ID}&resourcekey={KEY}&usp=drive_fs",
    f"https://drive.google.com/drive/folders/{ID}&usp=sharing&resourcekey={KEY}",
    f"https://docs.google.com/folderview?resourcekey={KEY}&id={ID}",
]


def proofpoint_2(link: str) -> str:
    kept = {**{c: c for c in map(chr, range(128)) if c.isalnum() or c == "."}, "/": "_"}
    spelled = "".join(kept.get(c) or "".join(f"-{byte:02X}" for byte in c.encode()) for c in link)
    return f"https://urldefense.proofpoint.com/v2/url?u={spelled}&d=DwMFaQ&c=euGZstcaTDllvimEN8b7jXrwqOf-v5A&m=x_y-z&e="


def proofpoint_3(link: str) -> str:
    shown, replaced = "", ""
    for character in link:
        star = character in "?=#+" or not character.isascii()
        shown, replaced = shown + ("*" if star else character), replaced + character * star
    shown = shown.replace("**", "**A")
    return f"https://urldefense.com/v3/__{shown}__;{base64.urlsafe_b64encode(replaced.encode()).decode().rstrip('=')}!!LIr3w8kk!6BNq_a$"


def in_base64(prefix: str) -> Callable[[str], str]:
    return lambda link: prefix + base64.urlsafe_b64encode(link.encode()).decode().rstrip("=") + "&i=5f"


def in_query(prefix: str) -> Callable[[str], str]:
    return lambda link: prefix + quote(link, safe="") + "&ved=2ahUKE&data=05%7C02%7C&reserved=0"


WRAPPERS: list[Callable[[str], str]] = [
    in_query("https://www.google.com/url?sa=t&source=web&url="),
    in_query("https://www.google.com/url?q="),
    in_query("https://accounts.google.com/v3/signin/identifier?hl=ru&continue="),
    in_query("https://accounts.google.com/ServiceLogin?service=wise&passive=1209600&continue="),
    in_query("https://eur03.safelinks.protection.outlook.com/?url="),
    in_query("https://eur03.safelinks.protection.outlook.com/ap/w-59584e83/?url="),
    in_query("https://linkprotect.cudasvc.com/url?a="),
    in_query("https://l.facebook.com/l.php?h=AT0&u="),
    in_query("https://vk.com/away.php?to="),
    in_query("https://secure-web.cisco.com/1abc-DEF/"),
    in_query("https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url="),
    in_base64("https://eu-west-1.protection.sophos.com?d=google.com&u="),
    in_base64("https://www.bing.com/ck/a?!&&p=1f&u=a1"),
    proofpoint_2,
    proofpoint_3,
]
TEXTS: list[Callable[[str], str]] = [
    escape,
    lambda link: f'<a href="{escape(link)}" target="_blank">Материалы</a>',
    lambda link: f"<{link}>",
    lambda link: f"<{link}|slides>",
    lambda link: f"[slides]({link})",
    lambda link: f"[{link}]({link})",
    lambda link: "Слайды: " + link + ".",
    lambda link: f"«{link}», see you there",
    lambda link: quote(link, safe=":/"),
    lambda link: json.dumps({"url": link}).replace("/", "\\/").replace("&", "\\u0026"),
    lambda link: link.replace("_", "\\_"),
    lambda link: "\u200b".join((link[:30], link[30:45], link[45:])) + "\ufeff",
    lambda link: f"\u202a{link}\u202c\u00ad",
]


@pytest.mark.parametrize("wrap", [*WRAPPERS, *TEXTS])
def test_a_wrapped_link_is_found_with_its_key(wrap: Callable[[str], str]) -> None:
    assert {link: parse_link(wrap(link)) for link in LINKS} == dict.fromkeys(LINKS, FolderLink(ID, KEY))


@given(
    st.sampled_from(LINKS),
    st.lists(st.sampled_from(WRAPPERS), max_size=4),
    st.lists(st.sampled_from(TEXTS), max_size=2),
    st.text(max_size=60),
    st.text(max_size=60),
)
def test_whatever_is_wrapped_around_a_link_it_gives_the_same_folder(
    link: str, wrappers: list[Callable[[str], str]], texts: list[Callable[[str], str]], before: str, after: str
) -> None:
    for wrap in (*wrappers, *texts):
        link = wrap(link)
    assert parse_link(f"{before} {link} {after}") == FolderLink(ID, KEY)


@pytest.mark.parametrize(
    "text", [f"{ID}&usp=sharing&resourcekey={KEY}", f"id={ID}&resourcekey={KEY}", f"({ID}?resourcekey={KEY})", f"{ID}/\u200b"]
)
def test_an_id_alone_may_have_more_behind_it(text: str) -> None:
    assert parse_link(text) == FolderLink(ID, KEY if KEY in text else None)


def test_the_folder_is_taken_where_a_text_has_links_of_files_too() -> None:
    file = "https://docs.google.com/presentation/d/1abcdefghijklmnopqrstuvwxyz/edit"
    assert parse_link(f"{file} in https://drive.google.com/drive/folders/{ID}") == FolderLink(ID)
    with pytest.raises(MaterialsError) as caught:
        parse_link(WRAPPERS[0](file))
    assert caught.value.code == "file_link"


def test_a_text_with_links_to_two_folders_is_not_guessed_at() -> None:
    with pytest.raises(MaterialsError, match="2 folders"):
        parse_link(f"https://drive.google.com/drive/folders/{ID} https://drive.google.com/drive/folders/{ID[::-1]}")


PIECES = st.sampled_from([
    "https://drive.google.com", "/drive/folders/", ID, "/v3/__", "__;", "/v2/url?u=https-3A__", "?id=", "%", "%25", "&amp;",
    "*", "**A", "!!", "aHR0cHM6Ly", "=a1aHR0cHM6", "\\u00", "\\", "resourcekey=", "\u200b", "[", "@", "🗂", "#", ":", "//",
])  # fmt: skip


@given(st.text(max_size=200) | st.lists(PIECES | st.text(max_size=8), max_size=30).map("".join))
def test_any_text_gives_a_link_or_an_explained_error(text: str) -> None:
    try:
        link = parse_link(text)
    except MaterialsError as error:
        assert error.code in {"not_a_folder_link", "file_link"}  # noqa: PT017 - either outcome is right
    else:
        assert parse_link(link.url) == link
