"""The program as somebody in Tashkent or Astana sees it: in Russian where people read, in English where programs do."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from materials_cli.cli.commands import COMMANDS
from materials_cli.cli.help import _explain
from materials_cli.emulator.faults import download_quota
from materials_cli.emulator.server import RunningServer, start
from materials_cli.emulator.world import World
from materials_cli.errors import Code
from materials_cli.messages import decide_again
from materials_cli.notify import ping
from support.command import run
from support.decks import deck
from support.synced import sync_first
from support.terminal import seen

GROUPS = {
    "auth": ("set-key", "login", "status", "logout"),
    "schedule": ("install", "status", "test", "remove"),
    "collection": ("rename", "detach", "remove", "link"),
}
# No Russian sentence has these words; one in English hardly does without.
_ENGLISH = re.compile(
    r"\b(the|is|are|was|were|this|that|it|its|of|to|with|from|and|or|for|has|have|not|no|new|never)\b", re.IGNORECASE
)
# What may be English in what is said: what is typed, keys and lines of materials.toml, and the words of Google's own pages.
_TYPED = re.compile(
    r"`[^`]*`|https?://\S+|«[^»]*»|--[\w-]+"
    r"|(?:Пример|Ответ Google Диска\\?): .*|\([^()]*→[^()]*\)|<style>(?s:.*?)</style>|{[^{}]*}"
    r"|(?m:^[a-z_]+(?=  )|^ +[a-z_]+ = .*$)"
)


def english(told: str) -> list[str]:
    """The lines in which English is left; those with tabs are for programs."""
    return [line for line in _TYPED.sub(" ", told).splitlines() if "\t" not in line and _ENGLISH.search(line)]


@pytest.fixture(scope="module")
def drive() -> Iterator[RunningServer]:
    with start(World("Материалы семинара")) as server:
        yield server


@pytest.fixture(scope="module")
def archive(drive: RunningServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two eventful runs have left, in an archive whose words are Russian."""
    folder, world = tmp_path_factory.mktemp("архив"), drive.world
    day = world.add_folder("День 1")
    report = world.add_file("Доклад.pptx", deck("Цели|Первое", "Итоги|Второе"), day)
    world.add_file("Повестка.txt", "Повестка дня".encode(), day)
    broken = world.add_file("Испорчено.pptx", b"PK broken")
    moved = world.add_file("Список.txt", "Имена".encode())
    gone = world.add_file("Черновик.txt", "Черновик".encode())
    refused = world.add_file("Запрещено.txt", "Тайна".encode())
    drive.faults.add(download_quota(refused))
    assert not english(speak(drive, folder, "add", world.root, "--name", "seminar"))
    assert not english(speak(drive, folder, "sync", status=3))
    world.edit(report, deck("Цели|Первое и третье", "Новое|Слайд", "Итоги|Второе"))
    world.edit(broken, b"PK still broken")
    world.rename(moved, "Участники.txt")
    world.move(moved, day)
    world.delete(gone)
    (folder / "seminar" / "День 1" / "Повестка.txt").write_text("Исправлено здесь")
    assert not english(speak(drive, folder, "sync", "--cron", status=3))
    return folder


def speak(drive: RunningServer, folder: Path, *words: str, language: str = "ru_RU.UTF-8", status: int | None = 0) -> str:
    """What a command says on both streams."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES"):
            patch.delenv(name, raising=False)
        for name, value in _surroundings(drive, folder, language).items():
            patch.setenv(name, value)
        patch.chdir(folder)
        decide_again()
        done = run(*words, status=status)
    decide_again()
    return (done.stdout + done.stderr).replace(str(folder), "…")


def _surroundings(drive: RunningServer, folder: Path, language: str) -> dict[str, str]:
    return {"LANG": language, "DRIVE_EMULATOR_HOST": drive.address, "XDG_CONFIG_HOME": str(folder / "settings")}


def speak_apart(drive: RunningServer, folder: Path, *words: str, language: str = "ru_RU.UTF-8", status: int = 0) -> str:
    """The same, of a process of its own."""
    ours = {name: value for name, value in os.environ.items() if name not in {"LANGUAGE", "LC_ALL"}}
    done = subprocess.run(
        [sys.executable, "-m", "materials_cli", *words],
        cwd=folder,
        env=ours | _surroundings(drive, folder, language),
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return (done.stdout + done.stderr).replace(str(folder), "…")


@pytest.mark.parametrize(
    "words",
    [
        "status", "list --tree", "list --all", "show Доклад", "show Испорчено", "search цели", "search нетакого",
        "search kind:foo", "search collection:foo", "similar Доклад", "terms", "changes", "changes --since 1 --format markdown",
        "changes --format html", "diff Доклад", "diff Доклад --format html", "index --all", "notify", "auth status",
        "doctor --offline", "verify", "schedule status", "status --max-age 36h", "history --check", "sync",
    ],
)  # fmt: skip
def test_what_a_command_says_is_russian(words: str, drive: RunningServer, archive: Path) -> None:
    told = speak(drive, archive, *words.split(), status=None)
    assert re.search("[а-яё]", told)
    assert not english(told)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_russian(name: str, drive: RunningServer, archive: Path) -> None:
    told = speak(drive, archive, name, "--help")
    for member in GROUPS.get(name, ()):
        told += speak(drive, archive, name, member, "--help")
    assert "Использование: materials" in told
    assert not english(told)


def test_long_explanations_are_russian_with_the_russian_letter_first(drive: RunningServer, archive: Path) -> None:
    for topic in ("", "exit-codes", "errors", "settings"):
        assert not english(speak(drive, archive, "help", *filter(None, [topic])))
    told = speak(drive, archive, "help", "link_not_shared")
    assert told.index("Здравствуйте!") < told.index("Hello,")


def test_every_error_is_explained_in_russian(speaking: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    speaking(LANG="ru_RU.UTF-8")
    for code in Code:
        _explain(code, "ССЫЛКА")
        assert not english(capsys.readouterr().out.partition("Готовое письмо")[0]), code


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("snyc", "Нет такой команды: «snyc». Возможно, вы имели в виду «sync»?"),
        ("list --kind foo", "не вид файла"),
        ("list --sort foo", "«--sort»: допустимы «path», «name»"),
        ("search -n x цели", "Недопустимое значение"),
        ("list --since foo", "«foo» – не дата"),
        ("list --sort", "--sort"),
        ("list лишнее", "лишнее"),
        ("show", "Не указан аргумент «МАТЕРИАЛ[#СЛАЙД]»."),
        ("show нетакого", "Подходящего материала нет"),
        ("sync нетакого", "нетакого"),
        ("add foo", "Это не ссылка на Google Диск"),
        ("search", "Не указано, что искать"),
        ("help foo", "foo"),
        ("status --max-age foo", "foo"),
        ("open Доклад --slide 99", "слайд 99"),
        ("diff Доклад --from 9", "9"),
    ],
)
def test_errors_are_russian(words: str, said: str, drive: RunningServer, archive: Path) -> None:
    told = speak(drive, archive, *words.split(), status=None)
    assert told.startswith("ошибка[")
    assert said in told
    assert not english(told)
    assert not re.search("[\"'“”]", told.partition("\n")[0])


@pytest.mark.parametrize(
    "words",
    ["show", "collection rename x", "snyc", "list --sort foo", "list --limit 0", "list --sort", "list --quiet=1", "search"],
)
def test_errors_of_use_are_english_for_programs(words: str, drive: RunningServer, archive: Path) -> None:
    russian, english = (
        speak(drive, archive, *words.split(), "--json", status=None, language=language)
        for language in ("ru_RU.UTF-8", "en_GB.UTF-8")
    )
    assert russian == english
    assert json.loads(russian)["error"]["exit"] == 2


@pytest.mark.parametrize(
    "words", ["list --json", "show Доклад --json", "search цели --json", "history --json", "status --json", "list"]
)
def test_what_programs_read_is_the_same_in_every_language(words: str, drive: RunningServer, archive: Path) -> None:
    russian, english = (
        re.sub(r'"generated": "[^"]*"', "", speak(drive, archive, *words.split(), language=language))
        for language in ("ru_RU.UTF-8", "en_GB.UTF-8")
    )
    assert russian == english


def test_the_words_of_history_are_english_whoever_made_it(drive: RunningServer, archive: Path) -> None:
    def events(name: str) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = json.loads(speak(drive, archive, "history", name, "--json"))["items"]
        return told

    reasons = {event["detail"].get("reason") for name in ("Доклад", "Участники", "Повестка") for event in events(name)}
    assert {"new on Drive", "moved and renamed on Drive"} <= reasons
    assert any(reason and reason.startswith("changed on Drive, ") for reason in reasons)
    assert not [reason for reason in reasons if reason and re.search("[а-я]", reason)]


def test_rows_in_a_pipe_are_english(drive: RunningServer, archive: Path) -> None:
    assert "1 item failed" in speak(drive, archive, "history")
    assert "moved and renamed on Drive" in speak(drive, archive, "history", "Участники")


def test_who_reads_what_another_wrote_reads_it_in_his_own_language(drive: RunningServer, archive: Path) -> None:
    assert "The file is damaged" in speak(drive, archive, "status", language="en_GB.UTF-8")
    noted = speak(drive, archive, "show", "Испорчено", "--json")
    assert "The file is damaged" in noted
    assert "Файл повреждён" in speak(drive, archive, "status")
    assert "is damaged" in (archive / "manifest.csv").read_text("utf-8")


def test_no_alarm_is_told_again_because_another_language_asks(drive: RunningServer, archive: Path, tmp_path: Path) -> None:
    world = drive.world
    folder = world.add_folder("Пропавшее")
    files = [world.add_file(f"{number}.txt", str(number).encode(), folder) for number in range(6)]
    speak(drive, tmp_path, "add", folder, "--name", "c")
    speak(drive, tmp_path, "sync", "--cron")
    for file in files[:4]:
        world.trash(file)
    told = [speak(drive, tmp_path, "sync", "--cron", language=name, status=3) for name in ("ru", "ru", "en_GB.UTF-8", "ru")]
    assert "Материалов, которых больше нет в списке: 4 из 6" in told[0]
    assert told[1:] == ["", "", ""]


def test_all_of_the_program_speaks_one_language(drive: RunningServer, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    assert "No such option" in speak_apart(drive, archive, "list", "--foo", status=2)
    monkeypatch.undo()
    told = speak_apart(drive, archive, "show", "--help", language="ru")
    assert "Аргументы:" in told
    assert "Arguments:" not in told
    monkeypatch.setenv("LC_MESSAGES", "en_GB.UTF-8")
    told = speak_apart(drive, archive, "show", "--help")
    assert "Аргументы:" not in told
    assert "Arguments:" in told


@pytest.mark.parametrize(
    "words",
    ["status", "list", "history", "history Участники", "show Доклад", "changes", "diff Доклад", "doctor --offline", "plan"],
)
def test_what_a_terminal_shows_is_russian(words: str, drive: RunningServer, archive: Path) -> None:
    more = {"LANG": "ru_RU.UTF-8", "LANGUAGE": "", "NO_COLOR": "1", "DRIVE_EMULATOR_HOST": drive.address}
    shown = seen(*words.split(), folder=archive, status=None, columns=200, more=more)
    told = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x1b]*\x1b\\", "", shown).replace(str(archive), "…")
    assert re.search("[а-яё]", told)
    assert not english(told)


@pytest.mark.parametrize("words", ["show нетакого", "list --kind foo", "open Доклад --slide 99", "sync нетакого", "search"])
def test_an_error_for_programs_is_english(words: str, drive: RunningServer, archive: Path) -> None:
    told = json.loads(speak(drive, archive, *words.split(), "--json", status=None))["error"]
    assert not re.search("[А-яё]", re.sub("нетакого|Доклад|День", "", json.dumps(told, ensure_ascii=False)))


@pytest.mark.parametrize("name", ["Options", "Archive", "never"])
def test_what_was_typed_and_how_files_are_called_is_told_as_it_is(name: str, drive: RunningServer, archive: Path) -> None:
    assert f"где       {name}\n" in speak(drive, archive, "show", name, status=2)


def test_the_log_and_the_alarm_are_english(drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ping, "_PAUSES", (0.0, 0.0))
    folder = drive.world.add_folder("Для журнала")
    drive.world.add_file("1.txt", b"1", folder)
    speak(drive, tmp_path, "add", folder, "--name", "c")
    text = (tmp_path / "materials.toml").read_text("utf-8")
    (tmp_path / "materials.toml").write_text(
        f'log_file = "log.jsonl"\n{text}[notify]\nping = "http://127.0.0.1:9/x"\n', "utf-8"
    )
    assert "Не удалось" in speak(drive, tmp_path, "sync", "--cron", status=None)
    kept = (tmp_path / "log.jsonl").read_text("utf-8") + (tmp_path / ".materials" / "alarm.json").read_text("utf-8")
    assert "could not be pinged" in kept
    assert not re.search("[А-яё]", kept)


def test_no_name_on_drive_keeps_a_command_busy(drive: RunningServer, tmp_path: Path) -> None:
    name = "Not a catalogue: SQLite does not recognise the file (x). " * 22 + "zzz"
    folder = drive.world.add_folder("Hostile names")
    drive.world.add_shortcut(name, "1" + "x" * 32, folder)
    speak(drive, tmp_path, "add", folder, "--name", "c", language="en")
    speak(drive, tmp_path, "sync", language="en")
    assert name in speak(drive, tmp_path, "status")


def test_an_archive_with_which_tests_begin_is_made_once_for_each_language(
    tmp_path: Path, speaking: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World("Folder")
    world.add_file("a.txt", b"a")
    for place in ("ru_RU.UTF-8", "C.UTF-8"):
        (tmp_path / place).mkdir()
        speaking(LANG=place)
        with start(world) as server:
            monkeypatch.setenv("DRIVE_EMULATOR_HOST", server.address)
            sync_first(world, tmp_path / place, "language")
    assert 'xml:lang="ru"' in (tmp_path / "ru_RU.UTF-8" / "changes.atom").read_text("utf-8")
    assert 'xml:lang="en"' in (tmp_path / "C.UTF-8" / "changes.atom").read_text("utf-8")
