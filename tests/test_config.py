"""materials.toml: found, read, extended, and explained when something in it is wrong."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from materials_cli.about import About
from materials_cli.config import (
    FILE,
    TABLES,
    Collection,
    Server,
    find_archive,
    load,
    read_collections,
)
from materials_cli.configfile import Key, keys
from materials_cli.errors import MaterialsError
from materials_cli.kinds import Kind
from materials_cli.notify.alarm import alert_after
from materials_cli.search.equivalents import concepts_in

LINK = "https://drive.google.com/drive/folders/1OXZ7ZNkuHyEMW2Vmyyt-CPQoyNb0J9Ez"
GOOD = f'format = 1\n\n[collections.one]\nlink = "{LINK}"\ntitle = "One"\n\n[collections.one.about]\nplace = "Samarkand"\n'
# Where a line of each table belongs, with what that table requires.
AROUND = {
    "": "{line}\n",
    "[collections.NAME]": f'[collections.one]\n{{line}}\nlink = "{LINK}"\n',
    "[collections.NAME.about]": f'[collections.one]\nlink = "{LINK}"\n[collections.one.about]\n{{line}}\n',
    "[notify]": "[notify]\n{line}\n",
    "[notify.mail]": '[notify.mail]\n{line}\nto = ["a@example.org"]\nfrom = "b@example.org"\nserver = "c"\n',
    "[[archives]]": '[[archives]]\n{line}\nname = "there"\nplace = "../there"\n',
}
KEYS = [(table, name, key) for table, noun in TABLES.items() for name, key in keys(noun).items()]
WRONG = (
    "nan", "-1", "0x" + "f" * 5000, "1979-05-27", "07:32:00", '"\\u0000"', "[[]]", "[1, 'a']", "{a = {b = 1}}",
    "[{a = 1}]", '" "',
)  # fmt: skip


def write(folder: Path, text: str) -> Path:
    (folder / FILE).write_text(text, "utf-8")
    return folder


def document(table: str, name: str, line: str) -> str:
    """A file that holds this line where it belongs, and no other line with the same key."""
    lines = AROUND[table].format(line=line).splitlines()
    return "\n".join(one for one in lines if one == line or not one.startswith(f"{name} = "))


def refused(folder: Path, text: str) -> MaterialsError:
    with pytest.raises(MaterialsError) as caught:
        load(write(folder, text))
    assert caught.value.code == "bad_settings"
    return caught.value


def outcome(folder: Path) -> str:
    """The code of the error that reading ends with; empty without one."""
    try:
        load(folder)
    except MaterialsError as error:
        return error.code if str(folder / FILE) in str(error.where) else f"{error.code} without the file"
    return ""


def test_the_archive_is_the_nearest_folder_upwards(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert find_archive(deep, None) == tmp_path
    assert find_archive(deep, tmp_path) == tmp_path
    assert find_archive(tmp_path, deep) is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that this user may not enter")
def test_a_folder_that_may_not_be_searched_is_no_archive(tmp_path: Path) -> None:
    closed = write(tmp_path, GOOD) / "closed"
    closed.mkdir(mode=0)
    assert find_archive(closed, None) == tmp_path
    assert find_archive(tmp_path, closed) is None


def test_a_link_that_leads_to_itself_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / FILE).symlink_to(tmp_path / FILE)
    assert find_archive(tmp_path, tmp_path) is None


def test_collections_are_read_in_the_order_of_the_file(tmp_path: Path) -> None:
    config = load(write(tmp_path, GOOD + f'\n[collections.another]\nlink = "{LINK}x"\n'))
    assert [c.slug for c in config.collections] == ["one", "another"]
    assert [c.slug for c in config.chosen([])] == ["one", "another"]
    assert [c.slug for c in config.chosen(["another", "another"])] == ["another"]
    assert config.collections[0].about.place == "Samarkand"


def test_an_empty_file_is_an_archive_with_all_defaults(tmp_path: Path) -> None:
    config = load(write(tmp_path, ""))
    assert {name: getattr(config, name) for name in keys(type(config))} == {
        name: key.default for name, key in keys(type(config)).items()
    }
    assert alert_after(config.notify, {}) == timedelta(hours=36)
    assert alert_after(config.notify, {"MATERIALS_ALERT_AFTER": "252h"}) == timedelta(hours=252)


@pytest.mark.parametrize(("table", "name", "key"), KEYS)
def test_the_example_of_each_key_is_valid_and_not_its_default(tmp_path: Path, table: str, name: str, key: Key) -> None:
    text = document(table, name, key.example) + {
        "collections": f'\nlink = "{LINK}"',
        "archives": '\nname = "a"\nplace = "b"',
    }.get(name, "")
    config = load(write(tmp_path, text))
    collection = next(iter(config.collections), None)
    noun: Any = {
        "": config, "[collections.NAME]": collection, "[collections.NAME.about]": collection and collection.about,
        "[notify]": config.notify, "[notify.mail]": config.notify.mail,
        "[[archives]]": next(iter(config.archives), None),
    }[table]  # fmt: skip
    if not key.example.startswith("[") and name != "format":
        assert getattr(noun, "from_" if name == "from" else name) != key.default


@pytest.mark.parametrize("wrong", WRONG)
def test_a_value_of_another_type_is_an_error_that_names_key_line_and_example(tmp_path: Path, wrong: str) -> None:
    for table, name, key in (row for row in KEYS if row[1] not in {"about", "title"} and "about" not in row[0]):
        line = f"{name} = {wrong}"
        text = document(table, name, line)
        error = refused(tmp_path, text)
        full = {"": "", "[collections.NAME]": "collections.one."}.get(table, table.strip("[]") + ".") + name
        what = str(error.what)
        assert what.startswith(full)
        assert str(error.where).endswith(f"line {text.splitlines().index(line) + 1}"), full
        assert key.example in what or "choose from" in what or "is missing; write for example" in what
        assert len(what) < 400


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_with_an_event_costs_only_that_value(tmp_path: Path, wrong: str) -> None:
    """Earlier versions took any value."""
    for name in keys(About):
        if name == "date" and wrong == "1979-05-27":
            continue  # TOML's own dates are dates
        text = document("[collections.NAME.about]", name, f"{name} = {wrong}") + "\nvenue = 'Registan'\n"
        (collection,) = load(write(tmp_path, text)).collections
        assert collection.about.row() == {"other": {"venue": "Registan"}}, name
        (error,) = collection.about.wrong
        assert str(error.what).startswith(f"collections.one.about.{name}: ")
        assert str(error.where).endswith(f"line {text.splitlines().index(f'{name} = {wrong}') + 1}")


def test_a_further_key_of_an_event_may_have_any_value(tmp_path: Path) -> None:
    for wrong in WRONG:
        (collection,) = load(write(tmp_path, document("[collections.NAME.about]", "x", f"x = {wrong}"))).collections
        assert [str(error.what)[:21] for error in collection.about.wrong] == (
            ["collections.one.about"] if "fff" in wrong else []
        )


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("format = 1\nformat = 2\n", 2, "TOML"),
        ("format = 'x'\n", 1, "format: must be a whole number above zero; write for example format = 1."),
        ("format = 0\n", 1, "format: must be a whole number above zero"),
        (f"format = 0x{'f' * 20}\n", 1, "format: must be a whole number above zero"),
        (
            "[collections.one]\ntitle = 'no link'\n",
            1,
            'collections.one.link is missing; write for example link = "https://drive.google.com/drive/folders/…".',
        ),
        (GOOD.replace("title", "titel"), 5, "collections.one.titel: unknown key; did you mean “title”?"),
        ("form = 1\n", 1, "form: unknown key; did you mean “format”?"),
        ("zzz = 1\n", 1, "zzz: unknown key; choose from format, collections, notify, log_file, metrics_file, large_"),
        ('"a.b" = 1\n', 1, '"a.b": unknown key'),
        ("[notify]\nlog_file = 'x'\n", 2, "notify.log_file: belongs above the first table; write for example log_file = "),
        (f"link = '{LINK}'\n", 1, "link: belongs to the table [collections.NAME]"),
        (GOOD.replace('"One"', "7"), 5, "collections.one.title: must be text in quotes"),
        (GOOD.replace("collections.one]", "collections.One]"), 3, "collections.One: the name of a collection consists of"),
        ("collections = 3\n", 1, "collections: must be a table; write for example [collections.samarkand-2025]."),
        ("[[collections]]\n", 1, "collections: must be a table"),
        (GOOD.replace('"One"', '"One'), 5, "TOML"),
        (
            "[collections.one]\nbandwidth = '2 MBs'\nlink = 'x'\n",
            2,
            '“2 MBs” is not a rate; write for example bandwidth = "2 MB/s".',
        ),
        (
            "[collections.one]\nmax_size = '2 MB/s'\nlink = 'x'\n",
            2,
            '“2 MB/s” is not a size; write for example max_size = "200 MB".',
        ),
        ("[collections.one]\nmax_size = '5 ib'\nlink = 'x'\n", 2, "“5 ib” is not a size"),
        (f"[collections.one]\nmax_size = '{'9' * 400} TB'\nlink = 'x'\n", 2, "” is not a size"),
        ("[collections.one]\nmax_size = true\nlink = 'x'\n", 2, "“true” is not a size"),
        ("[collections.one]\nonly = ['slids']\nlink = 'x'\n", 2, "“slids” is not a known value; did you mean “slides”?"),
        (
            "[collections.one]\nformats = {slide = ['pptx']}\nlink = 'x'\n",
            2,
            "collections.one.formats.slide: not a kind of Google document; did you mean “slides”?",
        ),
        (
            "[collections.one.formats]\nslides = ['ppt']\n[collections.one]\nlink = 'x'\n",
            2,
            "collections.one.formats.slides: “ppt” is not a known value",
        ),
        ("[collections.one]\nformats.slides = ['ppt']\nlink = 'x'\n", 2, "did you mean “pptx”?"),
        (
            "[collections.one]\nocr = ['Georgian']\nlink = 'x'\n",
            2,
            "must be a list of languages, by the codes that tesseract uses",
        ),
        ("[notify]\nping = 3\n", 2, "notify.ping: must be text in quotes"),
        ("[notify]\nalert_after = 'soon'\n", 2, '“soon” is not a duration; write for example alert_after = "2d".'),
        ("[notify]\nalert_after = '0h'\n", 2, "“0h” is not a duration"),
        ("[notify]\ntrouble_only = 'yes'\n", 2, "must be true or false"),
        ("[notify]\n\nmail = {to = ['a']}\n", 3, "notify.mail.from is missing"),
        ("notify.mail = {to = [], from = 'b', server = 'c'}\n", 1, "notify.mail.to: has no recipients"),
        ("[notify.mail]\nto = ['a']\nfrom = 'b'\nserver = 'c:d'\n", 4, "a name and a port"),
        ("[notify.mail]\nto = ['a']\nfrom = 'b'\nserver = 'c:99999'\n", 4, "a name and a port"),
        ("[notify.mail]\nto = ['a']\nfrom = 'b'\nserver = 'c:²'\n", 4, "a name and a port"),
        ("[notify.mail]\nto = ['a']\nfrom = 'b'\nserver = 'c'\nsecurity = 'ssl'\n", 5, "“starttls”, “tls” or “none”"),
        (
            'executor = "dask://host:0"\n',
            1,
            "executor: must be the address of a scheduler, dask://HOST:PORT, with a port from 1",
        ),
        ('executor = "dask://[::1]:65536/"\n', 1, "with a port from 1 to 65535"),
        ("log_file = '~nobody-of-that-name/x'\n", 1, "names a home folder that does not exist"),
        ("a = " + "[" * 5000, 0, "nested too deeply"),
        (".".join(["a"] * 400_000) + " = 1", 0, "nested too deeply"),
        ("a = {" + ".".join(["b"] * 400_000) + " = 1}", 0, "nested too deeply"),
        ("a = " + "9" * 5000, 0, "too many digits"),
        ("#" * 1_000_001, 0, "larger than 1 MB"),
    ],
)
def test_an_error_names_line_and_key_and_says_what_is_wrong(tmp_path: Path, text: str, line: int, what: str) -> None:
    error = refused(tmp_path, text)
    assert what in str(error.what)
    assert str(error.where) == (f"{tmp_path / FILE}, line {line}" if line else str(tmp_path / FILE))


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    for read in (load, lambda folder: read_collections(folder / FILE)):
        with pytest.raises(MaterialsError) as caught:
            read(write(tmp_path, "format = 2\nwhatever = 'it means'\n"))
        assert caught.value.code == "newer_archive"


@pytest.mark.parametrize(
    ("written", "count"),
    [("500000", 500_000), ("'200 MB'", 200_000_000), ("'1.5 gib'", 1_610_612_736), ("'10k'", 10_000), ("'7'", 7)],
)
def test_sizes_and_rates_are_read(tmp_path: Path, written: str, count: int) -> None:
    lines = f"[collections.one]\nlink = 'x'\nmax_size = {written}\nbandwidth = {written}\n"
    collection = load(write(tmp_path, lines)).collection("one")
    assert (collection.max_size, collection.bandwidth) == (count, count)


def test_a_rate_is_per_second_whether_it_says_so_or_not(tmp_path: Path) -> None:
    for written in ("2 MB/s", "2MB / S", "2 MB"):
        config = load(write(tmp_path, f"[collections.one]\nlink = 'x'\nbandwidth = '{written}'\n"))
        assert config.collection("one").bandwidth == 2_000_000


def test_durations_are_read(tmp_path: Path) -> None:
    for text, hours in (("36h", 36.0), ("2d", 48.0), ("90m", 1.5), (" 2 D ", 48.0)):
        config = load(write(tmp_path, f'[notify]\nalert_after = "{text}"\n'))
        assert config.notify.alert_after == timedelta(hours=hours)


def test_relative_paths_start_at_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    mail = "[notify.mail]\nto = ['a']\nfrom = 'b'\nserver = 'c:25'\npassword_file = '/p'\n"
    config = load(write(tmp_path, f"log_file = 'logs/l'\nmetrics_file = '~/m'\n{mail}"))
    assert config.log_file == tmp_path / "logs" / "l"
    assert config.metrics_file == tmp_path / "home" / "m"
    assert config.notify.mail is not None
    assert config.notify.mail.password_file == Path("/p")
    assert config.notify.mail.server == Server("c", 25)


def test_the_examples_of_the_readme_are_valid(tmp_path: Path) -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    examples = re.findall(r"^```toml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    (own,) = [example for example in examples if example.startswith("[our-programme]")]
    assert [concept.id for concept in concepts_in(own)] == ["our-programme"]
    examples.remove(own)
    (others,) = [example for example in examples if example.startswith("[[archives]]")]
    assert [other.name for other in load(write(tmp_path, others)).archives] == ["tbilisi"]
    examples.remove(others)
    assert len(examples) == 3
    examples[1] = f"{examples[0]}\n{examples[1]}"
    read = [load(write(tmp_path, example)) for example in examples]
    assert [config.notify.ping is None for config in read] == [True, True, False]
    assert read[1].collections[0].about.place == "Samarkand, Uzbekistan"
    assert read[1].collections[0].about.wrong == ()


def test_a_file_without_collections_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError, match="collections is missing"):
        read_collections(write(tmp_path, "format = 1\n") / FILE)


def test_an_unknown_collection_is_an_error_with_a_suggestion(tmp_path: Path) -> None:
    with pytest.raises(MaterialsError, match="Did you mean “one”"):
        load(write(tmp_path, GOOD)).collection("onne")


NAMES = st.sampled_from([name for _, name, _ in KEYS]) | st.sampled_from(["one", "slides", *Kind]) | st.text(max_size=8)
LEAVES = (
    st.text(max_size=12) | st.sampled_from(["2 MB", "36h", "pptx", "slides", "tls", "x:25", "~"]) | st.integers()
    | st.floats() | st.booleans() | st.dates() | st.datetimes() | st.times() | st.just(2**70)
)  # fmt: skip
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)
ONE = st.dictionaries(st.sampled_from(list(keys(Collection))), VALUES, max_size=4)
DOCUMENTS = st.fixed_dictionaries(
    {},
    optional={
        "collections": VALUES
        | st.dictionaries(st.sampled_from(["one", "two", "No"]), ONE | ONE.map(lambda t: {**t, "link": "x"}), max_size=2),
        "notify": VALUES | st.dictionaries(st.sampled_from(list(keys(TABLES["[notify]"]))), VALUES, max_size=4),
        "log_file": VALUES,
        "format": VALUES | st.just(1),
    },
)


@given(DOCUMENTS | st.dictionaries(NAMES, VALUES, max_size=4))
def test_any_document_is_read_or_refused_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, content: Mapping[str, object]
) -> None:
    folder = write(tmp_path_factory.mktemp("archive"), tomlkit.dumps(content))
    assert outcome(folder) in {"", "bad_settings", *({"newer_archive"} if content.get("format") != 1 else ())}
