"""Every form of link that people paste."""

import pytest

from materials_cli.drive.link import FolderLink, parse_link
from materials_cli.errors import MaterialsError

ID = "1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"
KEY = "0-abcDEF_123"


@pytest.mark.parametrize(
    "text",
    [
        f"https://drive.google.com/drive/folders/{ID}",
        f"https://drive.google.com/drive/folders/{ID}?usp=sharing",
        f"https://drive.google.com/drive/folders/{ID}?usp=drive_link",
        f"https://drive.google.com/drive/u/0/folders/{ID}",
        f"https://drive.google.com/drive/u/12/folders/{ID}?usp=share_link&hl=ru",
        f"https://drive.google.com/drive/mobile/folders/{ID}",
        f"https://drive.google.com/drive/folders/{ID}/",
        f"https://drive.google.com/open?id={ID}",
        f"https://drive.google.com/open?id={ID}&usp=drive_fs",
        f"https://drive.google.com/folderview?id={ID}#list",
        f"https://drive.google.com/embeddedfolderview?id={ID}#grid",
        f"https://drive.google.com/a/example.org/folderview?id={ID}",
        f"https://drive.google.com/a/example.org/drive/folders/{ID}",
        f"https://drive.google.com/drive/#folders/{ID}",
        f"https://drive.google.com/#folders/0B1234567890abcdef/{ID}",
        f"http://drive.google.com/drive/folders/{ID}",
        f"drive.google.com/drive/folders/{ID}",
        f"HTTPS://DRIVE.GOOGLE.COM/drive/folders/{ID}",
        f"  https://drive.google.com/drive/folders/{ID}\n",
        f"<https://drive.google.com/drive/folders/{ID}?usp=sharing>",
        f"“https://drive.google.com/drive/folders/{ID}”.",
        f"https://www.google.com/url?q=https://drive.google.com/drive/folders/{ID}?usp%3Dsharing&sa=D",
        f"https://eur03.safelinks.protection.outlook.com/?url=https%3A%2F%2Fdrive.google.com%2Fdrive%2Ffolders%2F{ID}&data=05",
        ID,
        f" <{ID}> ",
    ],
)
def test_every_form_of_folder_link_gives_the_same_folder(text: str) -> None:
    assert parse_link(text) == FolderLink(ID)


def test_a_resource_key_is_kept() -> None:
    assert parse_link(f"https://drive.google.com/drive/folders/{ID}?resourcekey={KEY}&usp=sharing") == FolderLink(ID, KEY)
    assert parse_link(f"https://drive.google.com/open?id={ID}&resourcekey={KEY}") == FolderLink(ID, KEY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "https://example.org/drive/folders/" + ID,
        "https://drive.google.com.evil.example/drive/folders/" + ID,
        "https://drive.google.com/drive/my-drive",
        "https://drive.google.com/drive/folders/",
        "https://drive.google.com/drive/folders/../../etc/passwd",
        "https://www.dropbox.com/sh/abc",
        "https://[broken",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_folder_link_is_refused_with_its_own_words(text: str) -> None:
    with pytest.raises(MaterialsError) as caught:
        parse_link(text)
    assert caught.value.code == "not_a_folder_link"


@pytest.mark.parametrize("kind", ["file", "document", "presentation", "spreadsheets", "forms"])
def test_the_link_of_a_file_is_told_apart(kind: str) -> None:
    host = "drive" if kind == "file" else "docs"
    with pytest.raises(MaterialsError) as caught:
        parse_link(f"https://{host}.google.com/{kind}/d/{ID}/edit?usp=sharing")
    assert caught.value.code == "file_link"
