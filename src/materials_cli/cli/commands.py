"""The table of commands. Help, TAB and the parser use it, so that a command is imported only when it runs."""

from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from materials_cli.cli.typer_ext import SpokenCommand
from materials_cli.messages import msgid
from materials_cli.values import frozen


@frozen()
class Entry:
    """A command. target: module:attribute of its function or group; help: the first line of its help."""

    target: str
    help: str


COMMANDS = {
    "add": Entry("add:add", "Add a Drive folder to the archive."),
    "plan": Entry("plan:plan", "Show what a sync would do, without doing it."),
    "sync": Entry("sync:sync", "Bring the archive up to date with Drive."),
    "index": Entry("index:index", "Extract text from the archived files, so that `search` finds it."),
    "pictures": Entry("pictures:pictures", "Draw a picture of every slide and page."),
    "list": Entry("list:list_items", "List what the archive holds."),
    "search": Entry("search:search", "Find slides, pages and sheets by their words."),
    "show": Entry("show:show", "Show everything known about an item, with its outline."),
    "open": Entry("open:open_item", "Open an item in its default program."),
    "similar": Entry("similar:similar", "Find similar slides in other decks."),
    "terms": Entry("terms:terms", "Show a workshop's characteristic words, by language."),
    "status": Entry("status:status", "Show what the archive holds and how the last sync went."),
    "changes": Entry("changes:changes", "Show what has changed."),
    "history": Entry("history:history", "Show the history of all runs, or of one item."),
    "diff": Entry("diff:diff", "Compare an item with an earlier version."),
    "agenda": Entry("agenda:agenda", "Show which talks of an agenda are in the archive, and which are missing."),
    "verify": Entry("verify:verify", "Read every archived file and compare it with its checksum."),
    "edit": Entry("edit:edit", "Correct what is known about an item: title, people, countries, rights and more."),
    "triage": Entry("triage:triage", "Show what may be private in the archive, and decide what may be published."),
    "export": Entry("export:export", "Write what the archive holds in a format that others use."),
    "site": Entry("site:site", "Write the catalogue as pages that open by double-click."),
    "import": Entry(
        "import_:import_bag", "Restore an archive from a bag, or take in a copy of a Drive folder instead of downloading it."
    ),
    "restore": Entry("restore:restore", "Write a copy of an item, or of an earlier version of it, to another folder."),
    "move": Entry("move:move", "Keep the archived files in an object store, or bring them back to this disk."),
    "collection": Entry("collection:app", "Rename, detach or remove a collection, or change its link."),
    "schedule": Entry("schedule:app", "Schedule the sync with this machine's timer."),
    "cite": Entry("cite:cite", "Cite an item or a slide."),
    "glossary": Entry("glossary:glossary", "Show the terms that a search takes to mean the same."),
    "mcp": Entry("mcp:mcp", "Let an assistant search and quote the archive."),
    "trust": Entry("trust:trust", "Confirm settings that run programs, write elsewhere or sign in."),
    "notify": Entry("notify:notify", "Send a test message to all configured recipients."),
    "rebuild": Entry("rebuild:rebuild", "Rebuild a lost or damaged catalogue from its copy, the manifest and the files."),
    "doctor": Entry("doctor:doctor", "Check for problems and show how to fix them."),
    "demo": Entry("demo:demo", "Try materials on a sample workshop."),
    "version": Entry("version:version", "Show the version."),
    "help": Entry("help:help_on", "Explain exit codes, settings and error messages."),
    "auth": Entry("auth:app", "Manage credentials for Google Drive."),
}
# The commands by what people want, as the help lists them; what stands in no section comes last.
SECTIONS = {
    msgid("Getting started"): ("demo", "add", "plan", "sync", "auth"),
    msgid("Finding and reading"): ("search", "list", "show", "open", "similar", "terms", "agenda", "cite", "glossary", "mcp"),
    msgid("What has changed"): ("status", "changes", "diff", "history"),
    msgid("Checking, correcting, handing over"): (
        "verify",
        "restore",
        "edit",
        "pictures",
        "triage",
        "site",
        "export",
        "import",
        "collection",
        "move",
        "rebuild",
        "index",
    ),
    msgid("Unattended"): ("schedule", "notify", "trust", "doctor"),
}
ALIASES = {"find": "search", "ls": "list"}  # names used by other programs


def load(name: str) -> Any:
    """Import a command."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    command = getattr(import_module(f"materials_cli.cli.{module}"), attribute)
    if not isinstance(command, typer.Typer):
        made = typer.Typer(rich_markup_mode=None, add_completion=False)
        made.command(name=name, cls=getattr(command, "command_class", SpokenCommand))(command)
        command = made
    return get_command(command)
