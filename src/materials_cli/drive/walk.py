"""Lists the whole tree below a folder, many folders at a time.

A folder that cannot be listed makes the listing incomplete instead of ending the run, so that one bad folder never
costs the others, and nothing is ever taken for withdrawn because a list was cut short.
"""

import queue
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from materials_cli.drive.resources import Formats, Resource, dangling, remote_files, remote_folder
from materials_cli.drive.source import IncompleteError, Source
from materials_cli.errors import Code, MaterialsError, Reach, stopped_at
from materials_cli.kinds import FOLDER, SHORTCUT
from materials_cli.messages import Message, msg
from materials_cli.model import Listing, Progress, RemoteFile, RemoteFolder, Step, StepKind

DEEPEST = 100
_INACCESSIBLE = {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Branch:
    """A folder still to be listed. prefix: the shortcuts that led to it. above: Drive ids from the root down."""

    folder: RemoteFolder
    drive_id: str
    resource_key: str | None
    names: tuple[str, ...]
    above: frozenset[str]
    prefix: str = ""


def find_root(source: Source, folder_id: str, resource_key: str | None) -> Resource:
    """The folder that a collection's link leads to; raise an error that says what to do when it is not accessible."""
    try:
        resource = source.describe(folder_id, resource_key)
        if resource["mimeType"] == SHORTCUT:
            target = resource["shortcutDetails"]
            resource = source.describe(target["targetId"], target.get("targetResourceKey"))
    except MaterialsError as error:
        raise _without_key(_of_the_link(error, folder_id), folder_id, resource_key) from error
    if resource["mimeType"] != FOLDER:
        what = msg("This link points to a file, not a folder.")
        raise MaterialsError(Code.FILE_LINK, what, where=resource.get("name", folder_id))
    if resource.get("trashed"):
        what = msg("The folder is in its owner's bin.")
        raise MaterialsError(Code.FOLDER_TRASHED, what, where=resource.get("name", folder_id))
    return resource


def walk(
    source: Source,
    root: Resource,
    resource_key: str | None,
    executor: Executor,
    progress: Progress,
    formats: Formats | None = None,
) -> Listing:
    """List everything below `root` (from find_root). The order of the result does not depend on the order of responses.

    formats: in which formats Google documents are wanted, where these are not the usual ones.
    """
    folder = remote_folder(root, identity=root["id"], parent=None)
    start = _Branch(folder, root["id"], resource_key or root.get("resourceKey"), (), frozenset({root["id"]}))
    return _Walk(source, executor, progress, formats or {}).run(start)


def _of_the_link(error: MaterialsError, where: str) -> MaterialsError:
    """The error for a collection's own folder: the owner has to be asked."""
    code = {Code.FILE_GONE: Code.LINK_NOT_FOUND, Code.DOWNLOAD_FORBIDDEN: Code.LINK_NOT_SHARED}.get(error.code)
    return MaterialsError(code, error.what, where=where) if code else error


def _without_key(error: MaterialsError, folder_id: str, resource_key: str | None) -> MaterialsError:
    """The error, with the likely reason where an id is of the old form and the link lacks its resource key."""
    if error.code not in {Code.LINK_NOT_FOUND, Code.LINK_NOT_SHARED} or resource_key or not folder_id.startswith("0B"):
        return error
    return MaterialsError(
        error.code, error.what, where=error.where,
        why=msg("This is an old link without its resource key, which Drive requires since September 2021; or it is private."),
        fix=msg(
            "Open the folder in a browser, choose Share → Copy link, and use that link: it ends in “resourcekey=…”. If you "
            "cannot open it, ask the owner for the link."
        ),
    )  # fmt: skip


def _stopped(branch: _Branch, error: Exception) -> MaterialsError:
    """What keeps one folder from being listed; what is known to keep the collection's own from it is raised."""
    refused = stopped_at(Reach.FILE, error)
    if branch.folder.parent is None and refused.code not in {Code.BUG, Code.UNEXPECTED_ANSWER}:
        raise _of_the_link(refused, branch.drive_id)
    return refused


def _path(branch: _Branch) -> str:
    return "/".join(branch.names) or branch.folder.name


@dataclass(slots=True)
class _Walk:
    source: Source
    executor: Executor
    progress: Progress
    formats: Formats
    folders: list[RemoteFolder] = field(default_factory=list)
    files: list[RemoteFile] = field(default_factory=list)
    notices: list[Message] = field(default_factory=list)
    closed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    complete: bool = True
    under_way: int = 0
    arrived: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)

    def run(self, start: _Branch) -> Listing:
        self._list(start)
        while self.under_way:
            handle = self.arrived.get()
            self.under_way -= 1
            handle()
        files = {file.id: file for file in sorted(self.files, key=lambda f: (f.folders, f.name, f.id), reverse=True)}
        return Listing(
            root=start.folder,
            folders=tuple(sorted(self.folders, key=lambda f: f.id)),
            files=tuple(sorted(files.values(), key=lambda f: (f.folders, f.name, f.id))),
            complete=self.complete,
            notices=tuple(sorted(self.notices, key=str)),
            closed=self.closed,
        )

    def _ask(self, ask: Callable[[], T], then: Callable[[Future[T]], None]) -> None:
        self.under_way += 1
        future = self.executor.submit(ask)
        future.add_done_callback(lambda done: self.arrived.put(lambda: then(done)))

    @contextmanager
    def _alone(self, resource: Resource) -> Iterator[None]:
        """The border around one resource: one that cannot be understood makes the listing incomplete."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - see stopped_at()
            refused = stopped_at(Reach.FILE, error)
            name = str(resource.get("name") or resource.get("id"))
            self._incomplete(msg("“{name}” could not be listed: {reason}", name=name, reason=refused.what))

    def _list(self, branch: _Branch) -> None:
        def ask() -> list[Resource]:
            return self.source.children(branch.drive_id, branch.resource_key)

        def then(done: Future[list[Resource]]) -> None:
            self._listed(branch, done)

        self._ask(ask, then)

    def _listed(self, branch: _Branch, done: Future[list[Resource]]) -> None:
        try:
            resources = done.result()
        except IncompleteError:
            self._incomplete(msg("Drive could not list all of “{folder}” this time.", folder=_path(branch)))
            return
        except Exception as error:  # noqa: BLE001 - the border around one folder
            refused = _stopped(branch, error)
            if refused.code in _INACCESSIBLE:
                self.closed[branch.folder.id] = branch.names
            else:
                self._unlisted(branch, refused)
            return
        for resource in resources:
            with self._alone(resource):
                self._sort(branch, resource)
        if not resources:
            self._doubt(branch)
        self.progress(Step(StepKind.LISTED, amount=len(self.files), total=len(self.folders) + 1))

    def _doubt(self, branch: _Branch) -> None:
        """Check a folder that appears empty: one that is no longer shared does so, too (ApiSource.children)."""

        def ask() -> bool:
            return self.source.is_listable(branch.drive_id, branch.resource_key)

        def then(done: Future[bool]) -> None:
            try:
                listable = done.result()
            except Exception as error:  # noqa: BLE001 - the border around one folder
                refused = _stopped(branch, error)
                if refused.code not in _INACCESSIBLE:
                    self._unlisted(branch, refused)
                    return
                listable = False
            if not listable:
                self.closed[branch.folder.id] = branch.names

        self._ask(ask, then)

    def _sort(self, branch: _Branch, resource: Resource) -> None:
        kind = resource.get("mimeType")
        if resource.get("trashed"):
            return
        if kind == FOLDER:
            self._enter(branch, resource, branch.prefix + resource["id"], branch.prefix)
        elif kind == SHORTCUT:
            self._follow(branch, resource)
        else:
            self._take(branch, resource)

    def _take(self, branch: _Branch, resource: Resource) -> None:
        identity = branch.prefix + resource["id"]
        self.files += remote_files(
            resource, identity=identity, parent=branch.folder, folders=branch.names, formats=self.formats
        )

    def _enter(self, branch: _Branch, resource: Resource, identity: str, prefix: str, shortcut: Resource | None = None) -> None:
        drive_id = resource["id"]
        if drive_id in branch.above or len(branch.names) >= DEEPEST:
            name = (shortcut or resource)["name"]
            self.notices.append(msg("“{name}” points to a folder above it and was not followed.", name=name))
            return
        folder = remote_folder(shortcut or resource, identity=identity, parent=branch.folder.id)
        self.folders.append(folder)
        key = resource.get("resourceKey")
        if shortcut is not None:
            key = shortcut["shortcutDetails"].get("targetResourceKey") or key
        self._list(_Branch(folder, drive_id, key, (*branch.names, folder.name), branch.above | {drive_id}, prefix))

    def _follow(self, branch: _Branch, shortcut: Resource) -> None:
        details = shortcut.get("shortcutDetails", {})
        target = details.get("targetId")
        if target is None:
            problem = msg("The public page does not reveal this shortcut's target; an API key lets materials follow it.")
            identity = branch.prefix + shortcut["id"]
            self.files.append(
                dangling(shortcut, identity=identity, parent=branch.folder, folders=branch.names, problem=problem)
            )
            return
        if target in branch.above:
            loop = msg("The shortcut “{name}” points to a folder above it and was not followed.", name=shortcut["name"])
            self.notices.append(loop)
            return

        def ask() -> Resource:
            return self.source.describe(target, details.get("targetResourceKey"))

        def then(done: Future[Resource]) -> None:
            with self._alone(shortcut):
                self._followed(branch, shortcut, done)

        self._ask(ask, then)

    def _followed(self, branch: _Branch, shortcut: Resource, done: Future[Resource]) -> None:
        identity = branch.prefix + shortcut["id"]
        problem = msg("The shortcut's target is deleted or not shared.")
        try:
            target = done.result()
        except Exception as error:  # noqa: BLE001 - the border around one shortcut
            refused = stopped_at(Reach.FILE, error)
            target = {"trashed": True}
            if refused.code not in _INACCESSIBLE:
                name = shortcut["name"]
                self._incomplete(msg("The shortcut “{name}” could not be followed: {reason}", name=name, reason=refused.what))
                return
        if target.get("trashed") or target.get("mimeType") == SHORTCUT:
            self.files.append(
                dangling(shortcut, identity=identity, parent=branch.folder, folders=branch.names, problem=problem)
            )
        elif target["mimeType"] == FOLDER:
            self._enter(branch, target, identity, f"{identity}/", shortcut)
        else:
            key = shortcut["shortcutDetails"].get("targetResourceKey")
            target = {**target, "resourceKey": target.get("resourceKey") or key}
            self.files += remote_files(
                target,
                identity=identity,
                parent=branch.folder,
                folders=branch.names,
                shortcut=shortcut,
                formats=self.formats,
            )

    def _unlisted(self, branch: _Branch, refused: MaterialsError) -> None:
        where = _path(branch)
        self._incomplete(msg("The folder “{folder}” could not be listed: {reason}", folder=where, reason=refused.what))

    def _incomplete(self, notice: Message) -> None:
        self.complete = False
        self.notices.append(notice)
