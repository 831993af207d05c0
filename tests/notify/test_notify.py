"""All recipients in materials.toml are notified, by real mail servers, monitors and programs."""

import json
import re
import socket
import sys
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from materials_cli.config import FILE, Mailbox, Server
from materials_cli.emulator.server import RunningServer
from materials_cli.emulator.world import World
from materials_cli.notify.mail import _letter
from materials_cli.notify.notification import Notification
from support.recipients import Monitor, Post, monitor, post  # noqa: F401 - fixtures
from support.small_drive import drive, run, world  # noqa: F401 - fixtures


def settings(folder: Path, text: str, *, confirmed: bool = True) -> None:
    with (folder / FILE).open("a", encoding="utf-8") as out:
        out.write(f"\n[notify]\n{text}\n")
    if confirmed:
        run("trust", "--yes")


def test_a_monitor_is_pinged_at_the_start_and_the_end(
    drive: RunningServer, world: World, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    settings(tmp_path, f'ping = "{monitor[1]}"')
    world.add_file("new.txt", b"new")
    run("sync", "--cron")
    world.unshare(world.root)
    run("sync", "--cron", status=4)
    paths, bodies = zip(*monitor[0].asked, strict=True)
    assert [path.rpartition("/")[2] for path in paths] == ["start", "0", "start", "4"]
    assert "new.txt" in bodies[1]
    assert "error[link_not_found]" in bodies[3]


def test_a_run_that_finds_the_archive_locked_sends_no_misleading_ping(
    drive: RunningServer, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    from materials_cli.store.mirror import Store

    settings(tmp_path, f'ping = "{monitor[1]}"')
    with Store(tmp_path).lock():
        run("sync", "--cron", status=75)
    assert [path.rpartition("/")[2] for path, _ in monitor[0].asked] == ["log"]


def test_a_failing_monitor_is_reported_once_a_day_without_its_address(
    drive: RunningServer, tmp_path: Path, monitor: tuple[type[Monitor], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("materials_cli.notify.ping._PAUSES", (0.0, 0.0))
    settings(tmp_path, f'ping = "{monitor[1]}"')
    monitor[0].status = 500
    printed = run("sync", "--cron")
    assert "could not be pinged" in printed
    assert "secret-id" not in printed
    assert run("sync", "--cron") == ""


def test_mail_is_sent_only_after_a_change(drive: RunningServer, world: World, tmp_path: Path, post: tuple[Post, int]) -> None:
    server = f'server = "127.0.0.1:{post[1]}", security = "none"'
    settings(tmp_path, f'mail = {{to = ["a@example.org", "b@", "B <b@example.org>"], from = "m@example.org", {server}}}')
    run("sync", "--cron")
    assert post[0].letters == []
    world.add_file("Отчёт\r\nBcc: evil@example.org.txt", b"new")
    assert "Not a mail address, in [notify.mail]: “b@”." in run("sync", "--cron")
    (letter,) = post[0].letters
    assert letter["to"] == "a@example.org, B <b@example.org>"
    assert "1 new" in letter["subject"]
    assert letter["bcc"] is None
    assert "Отчёт" in letter.get_body(("plain",)).get_content()


def test_a_mail_server_that_never_answers_holds_no_run(
    drive: RunningServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("materials_cli.notify.channels._LONGEST", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        server = f'server = "127.0.0.1:{silent.getsockname()[1]}", security = "none"'
        settings(tmp_path, f'mail = {{to = ["a@example.org"], from = "m@example.org", {server}}}')
        assert "was not accepted within" in run("notify", status=3)


@pytest.mark.parametrize(("password", "taken"), [("right", True), ("wrong", False)])
def test_mail_uses_a_password_from_a_file(
    drive: RunningServer, tmp_path: Path, post: tuple[Post, int], password: str, *, taken: bool
) -> None:
    (tmp_path / "password").write_text(f"{password}\n")
    server = f'server = "127.0.0.1:{post[1]}", security = "none", user = "me", password_file = "password"'
    settings(tmp_path, f'mail = {{to = ["a@example.org"], from = "m@example.org", {server}}}')
    printed = run("notify", status=0 if taken else 3)
    assert ("535 5.7.8 Authentication credentials invalid" in printed) is not taken
    assert {*post[0].logins} == {(b"me", password.encode())}
    assert bool(post[0].letters) is taken
    assert password not in printed.replace("The test message was sent to all recipients", "")


@pytest.mark.parametrize(
    ("password", "said"), [("пароль".encode(), "characters outside ASCII"), (b"\xff\xfe\x00", "not text in UTF-8")]
)
def test_a_password_that_no_login_can_send_is_said_to_be_one(
    drive: RunningServer, tmp_path: Path, post: tuple[Post, int], password: bytes, said: str
) -> None:
    (tmp_path / "password").write_bytes(password)
    server = f'server = "127.0.0.1:{post[1]}", security = "none", user = "me", password_file = "password"'
    settings(tmp_path, f'mail = {{to = ["a@example.org"], from = "m@example.org", {server}}}')
    assert said in run("notify", status=3).replace("\n", " ")
    assert post[0].letters == []


def test_mail_is_not_sent_to_a_server_without_encryption(drive: RunningServer, tmp_path: Path, post: tuple[Post, int]) -> None:
    settings(tmp_path, f'mail = {{to = ["a@example.org"], from = "m@example.org", server = "127.0.0.1:{post[1]}"}}')
    assert "did not accept the mail" in run("notify", status=3)
    assert post[0].letters == []


def test_a_password_is_sent_unencrypted_to_this_machine_only(drive: RunningServer, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret\n")
    login = 'security = "none", user = "me", password_file = "password"'
    settings(tmp_path, f'mail = {{to = ["a@example.org"], from = "m@example.org", server = "mail.invalid", {login}}}')
    assert "without encryption, the password would be visible" in run("notify", status=3).replace("\n", " ")


def test_a_program_gets_the_notification_as_json(drive: RunningServer, world: World, tmp_path: Path) -> None:
    script = tmp_path / "keep.py"
    script.write_text("import json, sys; open('content.json', 'w').write(json.dumps(json.load(sys.stdin)))")
    settings(tmp_path, f"command = {json.dumps([sys.executable, str(script)])}")
    world.add_file("new.txt", b"new")
    run("sync", "--cron")
    content = json.loads((tmp_path / "content.json").read_text("utf-8"))
    assert content["status"] == 0
    assert content["collections"][0]["actions"][0]["path"] == "c/new.txt"
    assert "1 new" in content["subject"]


def test_a_failing_program_is_reported(drive: RunningServer, tmp_path: Path) -> None:
    settings(tmp_path, f"command = {json.dumps([sys.executable, '-c', 'raise SystemExit(7)'])}")
    assert "exited with 7" in run("notify", status=3)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_services_are_notified_by_apprise(
    drive: RunningServer, world: World, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    pytest.importorskip("apprise")
    settings(tmp_path, f'apprise = ["json://{monitor[1].removeprefix("http://")}"]')
    world.add_file("new.txt", b"new")
    run("sync", "--cron")
    assert "new.txt" in json.loads(monitor[0].asked[0][1])["message"]


def test_notifications_can_be_limited_to_failures(drive: RunningServer, world: World, tmp_path: Path) -> None:
    settings(
        tmp_path,
        f"trouble_only = true\ncommand = {json.dumps([sys.executable, '-c', 'open(`notified`, `w`)'.replace('`', chr(39))])}",
    )
    world.add_file("new.txt", b"new")
    assert "new.txt" in run("sync", "--cron")
    assert not (tmp_path / "notified").exists()
    world.unshare(world.root)
    run("sync", "--cron", status=4)
    assert (tmp_path / "notified").exists()


def test_a_killed_run_is_reported_unless_it_reported_itself(
    drive: RunningServer, world: World, tmp_path: Path, monitor: tuple[type[Monitor], str]
) -> None:
    settings(tmp_path, f'ping = "{monitor[1]}"')
    run("notify", "--failed")
    run("notify", "--failed")
    assert [path.rpartition("/")[2] for path, _ in monitor[0].asked] == ["1"]
    world.unshare(world.root)
    run("sync", "--cron", status=4)
    monitor[0].asked.clear()
    run("notify", "--failed")
    assert monitor[0].asked == []


def test_a_test_message_without_recipients_is_an_error(drive: RunningServer) -> None:
    assert "No recipients are configured" in run("notify", status=2)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("ping = 3", "must be text"),
        ("pings = 'x'", "did you mean “ping”"),
        ("mail = {to = ['a']}", "notify.mail.from is missing"),
        ("mail = {to = ['a'], from = 'b', server = 'c', security = 'ssl'}", "starttls"),
        ("mail = {to = ['a'], from = 'b', server = 'c:d'}", "a name and a port"),
        ("alert_after = 'soon'", "is not a duration"),
        ("trouble_only = 'yes'", "true or false"),
    ],
)
def test_an_invalid_value_is_refused(drive: RunningServer, tmp_path: Path, line: str, message: str) -> None:
    settings(tmp_path, line, confirmed=False)
    assert message in run("notify", status=2)


def test_several_recipients_in_one_text_all_get_mail_as_with_every_version_of_python(
    drive: RunningServer, tmp_path: Path, post: tuple[Post, int]
) -> None:
    written = '["a@example.org; b@example.org", """ "C; D" <c@example.org>, d@example.org""", "e@example.org;"]'
    settings(tmp_path, f'mail = {{to = {written}, from = "m@example.org", server = "127.0.0.1:{post[1]}", security = "none"}}')
    post[0].answers["b@example.org"] = "451 later"
    assert "did not accept the mail for b@example.org" in run("notify", status=3)
    (letter,) = post[0].letters
    assert letter["to"] == ('a@example.org, b@example.org, "C; D" <c@example.org>, d@example.org, e@example.org')


def test_a_subject_in_any_letters_is_read_as_it_was_written() -> None:
    box = Mailbox(to=("a@example.org",), from_="Архив материалов семинаров <m@example.org>", server=Server("127.0.0.1", None))
    for subject in (f"{'очень длинное название ' * 5}{'x' * more} 전자정부" for more in range(1, 20)):
        sent = _letter(Notification(subject, "text"), box, box.to).as_bytes()
        assert max(map(len, re.findall(rb"=\?.*?\?=(?=\s)", sent))) <= 75
        read = message_from_bytes(sent, policy=policy.compat32)
        assert str(make_header(decode_header(read["Subject"]))) == subject
        assert str(make_header(decode_header(read["From"]))) == box.from_


@pytest.mark.parametrize("address", ["ops@", "x <", "a@[", "ops@example..org", "ops@example.org."])
def test_a_mistyped_address_silences_no_other_channel(drive: RunningServer, tmp_path: Path, address: str) -> None:
    told = tmp_path / "told"
    program = f'command = ["/bin/sh", "-c", "cat >> {told}"]'
    settings(tmp_path, f'mail = {{to = ["{address}"], from = "m@example.org", server = "127.0.0.1:9"}}\n{program}')
    run("sync", "--cron")
    drive.world.add_file("news.txt", b"new")
    assert f"Not a mail address, in [notify.mail]: “{address}”." in run("sync", "--cron")
    assert "1 new" in told.read_text()
