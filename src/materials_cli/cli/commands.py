"""Which commands there are: the one table that help, TAB and the command line itself go by, without importing any of them."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from materials_cli.cli.typer_ext import SpokenCommand


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command is, and the first line of its help. target: module:function; a function or a group of commands."""

    target: str
    help: str


COMMANDS = {
    "add": Entry("add:add", "Add a Drive folder to the archive."),
    "plan": Entry("plan:plan", "Say what a sync would do, and do nothing."),
    "sync": Entry("sync:sync", "Bring the archive up to date with Drive."),
    "index": Entry("index:index", "Take the text out of what is held, so that `search` finds it."),
    "list": Entry("list:list_items", "List what the archive holds."),
    "search": Entry("search:search", "Find slides, pages and sheets by their words."),
    "show": Entry("show:show", "Show all that is known of one item, and its outline."),
    "open": Entry("open:open_item", "Open an item in this computer's program for it."),
    "similar": Entry("similar:similar", "Find slides of other decks that share its words."),
    "terms": Entry("terms:terms", "Show the words that a workshop is about, by language."),
    "status": Entry("status:status", "Say what is held, when it was last synced and what failed."),
    "changes": Entry("changes:changes", "Tell what has changed."),
    "history": Entry("history:history", "Tell what was done, run by run; or what happened to one item."),
    "diff": Entry("diff:diff", "Compare an item with its earlier version."),
    "schedule": Entry("schedule:app", "Let this machine's own timer run the sync."),
    "notify": Entry("notify:notify", "Send a test message to all who are to be told."),
    "doctor": Entry("doctor:doctor", "Look for what is wrong, and say how to mend it."),
    "demo": Entry("demo:demo", "Try everything on a sample workshop."),
    "version": Entry("version:version", "Show the version."),
    "help": Entry("help:help_on", "Explain exit codes, settings and error messages."),
    "auth": Entry("auth:app", "Say who you are to Google Drive."),
}
ALIASES = {"find": "search", "ls": "list"}  # what people type who come from other programs


def load(name: str) -> Any:
    """The command itself, imported now."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    command = getattr(import_module(f"materials_cli.cli.{module}"), attribute)
    if not isinstance(command, typer.Typer):
        made = typer.Typer(rich_markup_mode=None, add_completion=False)
        made.command(name=name, cls=getattr(command, "command_class", SpokenCommand))(command)
        command = made
    return get_command(command)
