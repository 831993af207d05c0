"""No message is left out: what is said goes through gettext, and all that does is said in Russian as well."""

import ast
import errno
import io
import json
import pickle
import re
import time
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from hypothesis import given
from hypothesis import strategies as st

from hatch_build import compiled
from materials_cli import disk
from materials_cli import messages as language
from materials_cli.cli.commands import COMMANDS
from materials_cli.errors import Code, MaterialsError
from materials_cli.messages import Message, combined, counted, joined, msg, number, placed, size, tr, verbatim, without
from materials_cli.pictures import fonts
from materials_cli.words import characters
from messages import SOURCE, Found, catalog, catalog_of_former, file_of, former, messages, strings, update

MODULES = sorted(path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*.py"))
_FIELD = re.compile(r"\{\w+\}")
_SENTENCE = re.compile(r"[A-Za-z]{2,}[,;:.]? +[“‘(`]*[A-Za-z]{2,}")
_MOUTHS = {"say"}
_MARKS = {"tr", "trn", "msg", "msgn", "msgid", "msgids", "verbatim", "limit_option"}
# Gathered as whole tables; the Drive of the demo, which answers in English as Google does; SQL, with errors that are
# looked at below.
_OTHERWISE = {"codes.py", "exits.py", "help", "emulator", "messages.py", "catalogue", "search", "mcp"}
# What stands in other people's formats is English, like JSON; what a model is asked and people type is in several languages.
_FOR_OTHERS = {f"export/{name}.py" for name in ("atom", "premis", "vocabulary", "ocfl", "datapackage", "notebook", "citation")}
_FOR_OTHERS |= {"meaning/unrelated.py", "cli/meant.py"}
_TABLED = {"cli/commands.py", "history/events.py"}
# What looks like a sentence and is none: commands to type, styles, markup, patterns, words of programs.
_NO_SENTENCE = re.compile(
    r"\s*(sudo|systemctl|gcloud|export) |(bold|italic|green|red) \w+$|\s*(<|#|\[(Unit|Install)\])|.*(\(\?|\\)|\s*body \{|NoNew",
    re.DOTALL,
)
# What may stand in a command line of ours.
_WORDS = {
    "materials",
    *COMMANDS,
    "set-key",
    "formats",
    "login",
    "logout",
    "LINK",
    "rename",
    "detach",
    "link",
    "install",
    "remove",
    "test",
    "exit-codes",
    "errors",
    "settings",
    "{}",
}
_NOT_SAID = {
    "values.py": {"{}.{} cannot be changed", " if {} is MISSING: {} = make_{}()"},  # for programmers
    "words/characters.py": {characters._RANGES},
    "pictures/fonts.py": {name for pair in fonts._SAME_WIDTHS.items() for name in pair if " " in name},
    "about.py": {  # lines of materials.toml
        'title = "Digital Government Workshop"', 'place = "Samarkand, Uzbekistan"', 'part_of = "UN Public Service Forum 2025"',
        'organisers = ["United Nations Development Programme (UNDP)"]', 'project = "Advancing Digital Governance"',
        'contact = "Secretariat, info@example.org"',
    },
    "describe/fields.py": {  # lines of metadata/
        'creators = [{name = "Nino Beridze", organisation = "Ministry of Finance", country = "Georgia"}]',
        'description = "What it shows."', 'title = "Digital services"',
    },
    "describe/description.py": {  # words of the manifest
        "document properties", "first section", "file name", "verified at source", "unverified at source",
    },
    "cli/described.py": {"document properties", "first section", "file name"},  # words of the manifest, each with its message
    "export/xlsx.py": {"yyyy-mm-dd hh:mm"},  # a format of Excel
    "describe/rights.py": {"in copyright", "not evaluated", "no known copyright", "public domain"},  # names of statements
    "custody/collections.py": {"removed collections"},  # a folder
    "cli/usage.py": {"integer range", "int range"},  # Typer's names of types
    "cli/demo.py": {"show georgia"},  # a command
    "cli/help.py": {"materials help access"},  # a command
    "cli/unattended.py": {"not told"},  # a word of the log
    "drive/api.py": {"'{}' in parents and trashed = false"},
    "drive/public.py": {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Safari/537.36"},
    "extract/ole.py": {"powerpoint document"},  # a stream
    "extract/locked.py": {"/01Hannes Ruescher/01"},  # a password
    "export/rows.py": {"verified at source", "unverified at source"},  # words of the manifest
    "export/metrics.py": {  # what Prometheus shows
        "When the archive, by its oldest collection, was last up to date (0: never).", "When the last run ended.",
        "The exit status of the last run.", "Items that the archive holds.", "Bytes of these items.",
        "Items that the last run changed.", "Items that failed in the last run of each collection.",
        "When the collection was last up to date (0: never).", "The exit status of the last run of the collection.",
        "Items that the collection holds.", "Items that failed in the last run of the collection.",
    },
    "extract/iwork.py": {"Unnamed Table"},  # a name in the format
    "extract/ppt.py": {"PowerPoint Document", "Current User"},  # streams of the format
    "notify/ping.py": {"text/plain; charset=utf-8"},
    "schedule/cron.py": {"no crontab for"},  # what cron says
    "schedule/windows.py": {"Sync the archive {}"},  # stands in the task
}  # fmt: skip


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse((SOURCE / name).read_text("utf-8"))


@cache
def russian_texts() -> Catalog:
    return catalog("ru")


@pytest.fixture
def russian(speaking: Callable[..., None]) -> None:
    speaking(LANG="ru_RU.UTF-8")


@pytest.fixture
def said() -> tuple[Found, ...]:
    return messages()


def test_every_message_is_told_in_russian(said: tuple[Found, ...]) -> None:
    known = russian_texts()
    silent = [message for message in said if (told := known.get(message.texts[0])) is None or not all(strings(told))]
    assert not silent
    assert not [message.id for message in known if message.fuzzy and message.id]


def test_a_translation_has_the_fields_of_its_message(said: tuple[Found, ...]) -> None:
    known = russian_texts()
    for message in said:
        fields = {field for text in message.texts for field in _FIELD.findall(text)}
        for told in strings(known[message.texts[0]]):
            assert set(_FIELD.findall(told)) == fields, told
            if fields:
                told.format(**{field.strip("{}"): "x" for field in fields})


def test_commands_in_a_translation_are_those_of_its_message(said: tuple[Found, ...]) -> None:
    known = russian_texts()
    for message in said:
        wanted = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", " ".join(message.texts)))
        for told in strings(known[message.texts[0]]):
            assert set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", told)) >= wanted, told


def test_a_translation_has_the_dash_of_all_others() -> None:
    assert not [told for message in russian_texts() for told in strings(message) if "—" in told]


def test_an_item_has_one_name_in_russian() -> None:
    assert not [told for message in russian_texts() for told in strings(message) if "элемент" in told.lower()]


def test_the_translations_are_up_to_date_and_compiled() -> None:
    known = russian_texts()
    assert {message.id for message in known} == {message.id for message in update(known)}
    built, fresh = read_mo(io.BytesIO(file_of("ru", "mo").read_bytes())), read_mo(io.BytesIO(compiled(file_of("ru", "po"))))
    assert _translations(built) == _translations(fresh), "run: python tools/messages.py"
    assert built.plural_expr == fresh.plural_expr


def test_what_an_archive_kept_is_told_in_russian_after_its_sentence_was_changed(russian: None) -> None:
    kept = {"file_of_a_store.py": "Said by a store.", "cli/list.py": "Said by a command.", "help": "Help."}
    before, now = Catalog(locale="ru"), Catalog(locale="ru")
    for place, text in kept.items():
        before.add(text, "Сказано.", locations=[(place, None)])  # type: ignore[list-item]
    now.add("Said by a store now.", "Сказано.")
    once = former(before, now, Catalog(locale="ru"))
    again = former(now, now, once)
    assert [[message.id for message in told if message.id] for told in (once, again)] == [["Said by a store."]] * 2
    assert not list(former(now, before, again))[1:], "it is said again"

    earlier = next(message for message in catalog_of_former("ru") if message.id and isinstance(message.id, str))
    assert tr(Message(str(earlier.id))) == earlier.string
    assert not {message.id for message in catalog_of_former("ru") if message.id} & {message.id for message in russian_texts()}


def _translations(known: Catalog) -> dict[str, object]:
    """All but the header, which names the version of Babel."""
    return {str(message.id): message.string for message in known if message.id}


def untold(tree: ast.AST) -> Iterator[str]:
    """Sentences in a module that no reader of another language will understand; {} stands for what is filled in."""
    known: set[ast.AST | None] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            known.add(node.value)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MARKS:
            known.update(node.args)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"Option", "Argument", "Typer"}
        ):
            known.update(part for keyword in node.keywords for part in ast.walk(keyword.value))
        known.update({getattr(node, "annotation", None), getattr(node, "returns", None)})
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            known.update(node.values)
            text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in known:
            text = node.value
        else:
            continue
        if _SENTENCE.search(text.replace(" {}", "")) and not (_NO_SENTENCE.match(text) or _is_command(text)):
            yield text
    yield from _blurted(tree)


def _blurted(tree: ast.AST) -> Iterator[str]:
    """Words, be it a single one, that are given to a mouth as they stand."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _MOUTHS:
            for text in filter(re.compile("[A-Za-z]{2}").search, (text for part in node.args for text in _constants(part))):
                if not (_NO_SENTENCE.match(text) or _is_command(text)):
                    yield text


def _constants(part: ast.AST) -> Iterator[str]:
    """The texts of an expression, without what is given to a function in it."""
    if isinstance(part, ast.Constant) and isinstance(part.value, str):
        yield part.value
    elif not isinstance(part, ast.Call | ast.Subscript | ast.Attribute):
        for inner in ast.iter_child_nodes(part):
            yield from _constants(inner)


def _is_command(text: str) -> bool:
    return all(word in _WORDS or word.startswith("-") or "." in word[1:-1] for word in text.split())


def test_no_sentence_goes_around_gettext(said: tuple[Found, ...]) -> None:
    for name in (name for name in MODULES if name.split("/")[0] not in _OTHERWISE and name not in _FOR_OTHERS):
        tabled = {message.texts[0] for message in said} if name in _TABLED else set()
        found = set(untold(parsed(name)))
        found -= {text for text in found if any(all(part in whole for part in text.split("{}")) for whole in tabled)}
        assert found == _NOT_SAID.get(name, set()), name


@pytest.mark.parametrize(
    "code",
    [
        'say("Nothing was found.")', "say(f'Read {count} of {all} files')", 'x = {"a": "some words"}', 'say("Finished.")',
        'say("Saved: " + "nothing")', 'say("materials sync brings it back when you are ready.")',
        'say("show everything that the archive holds")', 'say("[unknown] the thing you asked for is gone")',
    ],
)  # fmt: skip
def test_a_sentence_that_goes_around_gettext_is_seen(code: str) -> None:
    assert list(untold(ast.parse(code)))


def test_what_an_error_says_is_a_message() -> None:
    for name, node in ((module, node) for module in MODULES for node in ast.walk(parsed(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "MaterialsError":
            what = node.args[1] if len(node.args) > 1 else None
            assert not isinstance(what, ast.Constant | ast.JoinedStr), f"{name}, line {node.lineno}"


@pytest.mark.parametrize(
    ("variables", "spoken"),
    [
        ({}, "en"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "ru"}, "ru"),
        ({"LANG": "ru_KZ.UTF-8"}, "ru"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"LANG": "kk_KZ.UTF-8", "LANGUAGE": "kk:ru"}, "ru"),
        ({"LANG": "ru_RU.UTF-8", "LANGUAGE": "en_GB:ru"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LANG": "ru_RU.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8", "LANGUAGE": "ru"}, "ru"),
        ({"LANGUAGE": "ru"}, "ru"),
        ({"LC_ALL": "C", "LANG": "ru_RU.UTF-8", "LANGUAGE": "ru"}, "en"),
        ({"LANG": "../../../etc"}, "en"),
    ],
)
def test_lang_decides(variables: Mapping[str, str], spoken: str, speaking: Callable[..., None]) -> None:
    speaking(**variables)
    assert language.language().code == spoken


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    ("count", "told"), [(0, "0 файлов"), (1, "1 файл"), (2, "2 файла"), (5, "5 файлов"), (11, "11 файлов"), (21, "21 файл")]
)
def test_russian_counts_in_three_forms(count: int, told: str) -> None:
    assert tr(counted(count, "file")) == told


@pytest.mark.usefixtures("russian")
def test_places_sizes_and_numbers_are_russian() -> None:
    assert tr(placed("slide", 3)) == "слайд 3"
    assert tr(counted(1_234, "slide")) == "1\N{NO-BREAK SPACE}234 слайда"
    assert tr(size(4_200_000)) == "4,2 МБ"
    assert tr(size(999)) == "999 Б"


@pytest.mark.usefixtures("russian")
def test_what_is_filled_in_is_never_read_as_a_message() -> None:
    for hostile in ("{path}", "{0}", "{path.__class__}", "%s", "}{"):
        assert hostile in tr("{path}: missing from this disk; the next run downloads it again.", path=hostile)


def texts(*, of_names: bool = False) -> list[Any]:
    """What messages say, one and many together; of_names: each alone that may be a name, since nothing is filled in."""
    found = {message.texts for message in messages()}
    return sorted(text for pair in found for text in pair if not _FIELD.search(text)) if of_names else sorted(found)


_OTHERS = st.text(max_size=20) | st.sampled_from(["{path}", "{0}", "%s", "}{", "It answered 1.", "Permission denied"])


@pytest.mark.usefixtures("russian")
@given(st.deferred(lambda: st.sampled_from(texts())), st.data())
def test_a_message_survives_storage_and_keeps_its_fields_in_every_language(said: tuple[str, ...], data: st.DataObject) -> None:
    names = sorted({field.strip("{}") for text in said for field in _FIELD.findall(text)})
    fields = {name: 3 if name == "count" else data.draw(_OTHERS, label=name) for name in names}
    message = Message(said[0], tuple(fields.items()), "".join(said[1:]))
    again = Message.from_json(json.loads(json.dumps(message.to_json())))
    assert (again, pickle.loads(pickle.dumps(message))) == (message, message)  # noqa: S301 - made in this line
    told = tr(message)
    assert all(str(fields[field.strip("{}")]) in told for field in _FIELD.findall(strings(russian_texts()[said[0]])[0]))


@pytest.mark.usefixtures("russian")
@given(st.deferred(lambda: st.sampled_from(texts(of_names=True))))
def test_a_name_that_reads_like_a_message_is_never_translated(name: str) -> None:
    assert tr(msg("{path}: {problem}", path=name, problem=msg("The file is empty (0 bytes)."))).startswith(f"{name}: ")
    assert tr(verbatim(name)) == name
    assert tr(Message.from_json(name)) == name


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    "stored", [None, 3, [], {"text": 5}, {"text": "{a}", "fields": 3}, {"text": "{a.b}", "fields": {"a": "x"}}]
)
def test_whatever_a_catalogue_holds_can_be_shown(stored: object) -> None:
    assert isinstance(tr(Message.from_json(stored)), str)


@pytest.mark.usefixtures("russian")
def test_messages_in_messages_are_translated_and_programs_read_english() -> None:
    inner = msg("changed on Drive, {before} → {after} bytes", before=1000, after=2000)
    outer = joined((inner, msg("renamed on Drive")), "; ")
    assert tr(outer) == "изменён на Google Диске, байт: 1\xa0000 → 2\xa0000; переименован на Google Диске"
    assert str(outer) == "changed on Drive, 1,000 → 2,000 bytes; renamed on Drive"
    assert combined(None, inner, None) == inner
    assert combined(None) is None
    assert without(outer, inner) == msg("renamed on Drive")
    assert without(inner, inner) is None


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    "text", ["Not a catalogue: SQLite does not recognise the file (x). " * 66 + "zzz", "{path}", "x" * 10_000, "; " * 1000]
)
def test_no_text_is_too_much(text: str) -> None:
    began = time.process_time()
    assert tr(msg("Google Drive reports: {answer}", answer=text)).endswith(text)
    assert time.process_time() - began < 1


@pytest.mark.usefixtures("russian")
def test_errors_travel_between_processes_with_their_messages() -> None:
    inner = msg("The disk reported an error: {reason}.", reason=disk.reason(PermissionError(errno.EACCES, "Permission denied")))
    kept = pickle.dumps(MaterialsError(Code.OFFLINE, msg("The notification could not be sent: {reason}", reason=inner)))
    error = pickle.loads(kept)  # noqa: S301 - made a line above
    assert "доступ запрещён" in tr(error.what)


@given(st.floats(-1e12, 1e12, allow_nan=False))
@pytest.mark.usefixtures("russian")
def test_a_number_is_the_same_in_both_languages(value: float) -> None:
    with language.in_english():
        before = number(value)
    assert number(value).replace(",", ".").replace("\N{NO-BREAK SPACE}", ",") == before


def test_only_the_command_line_chooses_a_language() -> None:
    chosen = {"tr", "trn", "number", "in_english"}
    for name in MODULES:
        for node in ast.walk(parsed(name)):
            if isinstance(node, ast.ImportFrom) and node.module == "materials_cli.messages" and not name.startswith("cli/"):
                assert not chosen & {alias.name for alias in node.names}, name
