"""Several archives behind one door for assistants: ids name the archive, and lead back to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from materials_cli.catalogue.items import Catalogue
from materials_cli.elsewhere import meant, reach
from materials_cli.mcp.doors import Doors
from materials_cli.mcp.tools import server
from support.hubs import make_hubs


@pytest.fixture
def doors(tmp_path: Path) -> Doors:
    make_hubs(tmp_path, ("budget", "procurement rules"), ("budget", "identity"))
    places = [str(tmp_path / name) for name in ("tashkent", "korea.sqlite", "nowhere")]
    return Doors(*reach(meant(places, None))[:2])


def call(doors: Doors, name: str, *, failed: bool = False, **arguments: Any) -> Any:
    request = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": name, "arguments": arguments}}
    result = server(doors).answer(json.dumps(request).encode())["result"]
    assert result.get("isError", False) == failed, result
    return result["content"][0]["text"] if failed else result["structuredContent"]


def test_what_is_found_in_all_leads_to_the_archive_that_has_it(doors: Doors) -> None:
    found = call(doors, "search", query="budget")
    assert sorted(each["archive"] for each in found["results"]) == ["korea", "tashkent"]
    assert list(found["not_asked"]) == ["nowhere"]
    for each in found["results"]:
        assert each["id"].startswith(f"{each['archive']}/c/")
        read = call(doors, "fetch", id=each["id"])
        assert read["id"] == each["id"]
        assert f"budget in {'seoul' if each['archive'] == 'korea' else 'tashkent'}" in read["text"]
        assert call(doors, "outline", id=each["id"])["sections"][0]["id"].startswith(f"{each['archive']}/")
        assert call(doors, "check_quote", quote="budget in", id=each["id"])["archive"] == each["archive"]
    assert call(doors, "fetch", id="identity")["archive"] == "korea"
    assert "korea/c/" in call(doors, "fetch", id="budget", failed=True)


def test_all_of_them_are_told_together(doors: Doors) -> None:
    assert call(doors, "check_quote", quote="identity in seoul")["archive"] == "korea"
    shown = call(doors, "where", term="budget")
    assert (shown["items"], shown["near"]) == (2, [])
    told = call(doors, "collections")
    assert {each["archive"] for each in told["collections"]} == {"tashkent", "korea"}
    assert list(told["not_asked"]) == ["nowhere"]
    uris, cursor = list[str](), ""
    while True:
        rows, cursor = doors.page(cursor)
        uris += [row["uri"] for row in rows]
        if not cursor:
            break
    assert len(uris) == 4
    assert all((doors.read(uri) or "").startswith("Quoted") for uri in uris)
    assert doors.read("materials://nowhere/c/x") is None


def test_one_whose_rows_make_no_sense_is_named_and_the_others_answer(doors: Doors, tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "korea.sqlite", write=True) as catalogue:
        catalogue.connection.execute("UPDATE item SET fetched = 'yesterday'")
    for found in (call(doors, "search", query="budget"), call(doors, "where", term="budget")):
        assert sorted(found["not_asked"]) == ["korea", "nowhere"]
    assert call(doors, "fetch", id="budget")["archive"] == "tashkent"
    assert [(len(rows), cursor) for rows, cursor in (doors.page(""), doors.page("1."))] == [(2, "1."), (0, "")]
