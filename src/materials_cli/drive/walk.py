"""Lists the whole tree below a folder, many folders at a time, and each folder once, however many shortcuts lead to it.

A folder that cannot be listed makes the listing incomplete instead of ending the run, so that one bad folder never
costs the others, and nothing is ever taken for withdrawn because a list was cut short.
"""

import queue
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from materials_cli.drive.link import FolderLink
from materials_cli.drive.resources import (
    Formats,
    Resource,
    dangling,
    domain_of_owner,
    label_of,
    link_to,
    owner_of,
    remote_files,
    understood,
    unusable,
)
from materials_cli.drive.source import IncompleteError, Source
from materials_cli.drive.tree import Contents, Tree
from materials_cli.errors import Code, MaterialsError, Reach, stopped_at
from materials_cli.kinds import FOLDER, SHORTCUT
from materials_cli.messages import Message, msg
from materials_cli.model import Failure, Listing, Progress, RemoteFile, RemoteFolder, Step, StepKind

DEEPEST, MOST_FOLDERS = 100, 100_000
_MOST_SHORTCUTS = 8
_INACCESSIBLE = {Code.FILE_GONE, Code.DOWNLOAD_FORBIDDEN}

T = TypeVar("T")
Children = Callable[[str, str | None], Iterator[Sequence[object]]]


@dataclass(frozen=True, slots=True)
class _Branch:
    """A folder still to be listed. names: by which it was found first; empty for the root."""

    drive_id: str
    resource_key: str | None
    names: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Its names, for people."""
        return "/".join(self.names)


@dataclass(frozen=True, slots=True)
class Crawled:
    """What every folder holds. closed: the Drive ids of folders that may not be looked into; refused, domains: see Listing."""

    root: RemoteFolder
    contents: Mapping[str, Contents]
    complete: bool
    troubles: tuple[Failure, ...]
    closed: AbstractSet[str]
    refused: AbstractSet[str]
    domains: Mapping[str, str]

    def listing(self, held: Iterable[str] = ()) -> Listing:
        """Everything at its place. held: the ids of held items, which decide where a folder stays."""
        tree = Tree(self.root, self.contents, held)
        shut = {place.folder.id: place.names for drive_id, place in tree.places.items() if drive_id in self.closed}
        return Listing(
            root=self.root,
            folders=tuple(tree.folders),
            files=tuple(tree.files),
            complete=self.complete,
            closed=shut,
            refused=frozenset(tree.places[drive_id].folder.id for drive_id in self.refused if drive_id in tree.places),
            troubles=self.troubles,
            domains=self.domains,
        )


def find_root(source: Source, folder_id: str, resource_key: str | None) -> Resource:
    """The folder that a collection's link leads to; raise an error that says what to do when it is not accessible."""
    try:
        resource = _led_to(source, folder_id, resource_key)
    except MaterialsError as error:
        raise _without_key(_of_the_link(error, FolderLink(folder_id, resource_key).url), folder_id, resource_key) from error
    if resource["mimeType"] == SHORTCUT:
        raise _leading_nowhere(resource)
    if resource["mimeType"] != FOLDER:
        what = msg("This link points to a file, not a folder.")
        raise MaterialsError(Code.FILE_LINK, what, where=resource.get("name", folder_id))
    if resource.get("trashed"):
        what = msg("The folder is in its owner's bin.")
        raise MaterialsError(Code.FOLDER_TRASHED, what, where=resource.get("name", folder_id))
    return resource


def crawl(
    source: Source,
    root: Resource,
    resource_key: str | None,
    executor: Executor,
    progress: Progress,
    formats: Formats | None = None,
    children: Children | None = None,
) -> Crawled:
    """List all folders below `root`, each once. The result does not depend on the order of responses.

    formats: in which formats Google documents are wanted, where these are not the usual ones. children: who lists each folder,
    as Source.children() does, if not this source.
    """
    name = root.get("name") or root["id"]
    crawling = _Crawl(source, children or source.children, root["id"], name, executor, progress, formats or {})
    crawling.know(root)
    crawling.run(_Branch(root["id"], root.get("resourceKey") or resource_key))
    link = link_to(root, root["id"])
    return Crawled(
        root=RemoteFolder(id=link.id, name=link.name, parent=None, created=link.created, owner=owner_of(root)),
        contents=crawling.contents,
        complete=crawling.complete,
        troubles=tuple(sorted(crawling.troubles, key=lambda trouble: (trouble.item or "", str(trouble.message)))),
        closed=crawling.closed,
        refused=crawling.refused,
        domains=crawling.domains,
    )


def _led_to(source: Source, drive_id: str, resource_key: str | None) -> Resource:
    """What is there, with its resource key; for a shortcut what it leads to, through others, too, if these have an end."""
    target: str | None = drive_id
    resource: Resource = {}
    for _ in range(_MOST_SHORTCUTS):
        if target is None or resource.get("trashed"):
            break
        resource = source.describe(target, resource_key)
        if resource["mimeType"] != SHORTCUT:
            return {**resource, "resourceKey": resource.get("resourceKey") or resource_key}
        details = resource.get("shortcutDetails", {})
        target, resource_key = details.get("targetId"), details.get("targetResourceKey")
    return resource


def _leading_nowhere(shortcut: Resource) -> MaterialsError:
    """The error for a link to a shortcut that is in the bin, or that leads to no folder or file."""
    details, name = shortcut.get("shortcutDetails", {}), shortcut.get("name", shortcut["id"])
    fix = msg("Ask the owner for the link of the folder itself.")
    if shortcut.get("trashed"):
        address = FolderLink(details["targetId"], details.get("targetResourceKey")).url if "targetId" in details else ""
        why = msg("What the shortcut leads to may still be there: {address}", address=address) if address else None
        what = msg("The link leads to a shortcut that is in its owner's bin.")
        return MaterialsError(Code.FOLDER_TRASHED, what, where=name, why=why, fix=fix)
    what = msg("The shortcut leads to other shortcuts only.")
    if "targetId" not in details:
        what = msg("Drive does not state what this shortcut leads to.")
    return MaterialsError(Code.LINK_NOT_FOUND, what, where=name, why=msg("It does not lead to a folder."), fix=fix)


def _of_the_link(error: MaterialsError, where: str) -> MaterialsError:
    """The error for a collection's own folder: the owner has to be asked."""
    code = {Code.FILE_GONE: Code.LINK_NOT_FOUND, Code.DOWNLOAD_FORBIDDEN: Code.LINK_NOT_SHARED}.get(error.code)
    what = msg("The folder was not found.") if code is Code.LINK_NOT_FOUND else error.what
    return MaterialsError(code, what, where=where) if code else error


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


@dataclass(slots=True)
class _Crawl:
    source: Source
    children: Children
    root: str
    name: str
    executor: Executor
    progress: Progress
    formats: Formats
    contents: dict[str, Contents] = field(default_factory=dict)
    troubles: list[Failure] = field(default_factory=list)
    closed: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    domains: dict[str, str] = field(default_factory=dict)
    complete: bool = True
    listed: int = 0
    found: int = 0
    under_way: int = 0
    targets: dict[tuple[str, str | None], Future[Resource]] = field(default_factory=dict)
    unfollowed: list[tuple[_Branch, Resource, str, MaterialsError]] = field(default_factory=list)
    arrived: "queue.SimpleQueue[Callable[[], None]]" = field(default_factory=queue.SimpleQueue)

    def run(self, start: _Branch) -> None:
        self._list(start)
        while self.under_way:
            handle = self.arrived.get()
            self.under_way -= 1
            handle()
        for branch, shortcut, target, refused in self.unfollowed:
            if target in self.contents:
                self.contents[branch.drive_id].shortcuts.append(link_to(shortcut, target))
            else:
                name = shortcut["name"]
                what = msg("The shortcut “{name}” could not be followed: {reason}", name=name, reason=refused.what)
                self._incomplete(what, shortcut, refused)

    def know(self, resource: Resource) -> None:
        """Note the domain of an owner."""
        owner, domain = owner_of(resource), domain_of_owner(resource)
        if owner and domain:
            self.domains[owner] = domain

    def _ask(self, ask: Callable[[], T], then: Callable[[Future[T]], None]) -> Future[T]:
        future = self.executor.submit(ask)
        self._await(future, then)
        return future

    def _await(self, future: Future[T], then: Callable[[Future[T]], None]) -> None:
        self.under_way += 1
        future.add_done_callback(lambda done: self.arrived.put(lambda: then(done)))

    @contextmanager
    def _alone(self, entry: object) -> Iterator[None]:
        """The border around one entry of a list: one that cannot be understood makes the listing incomplete."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - see stopped_at()
            refused = stopped_at(Reach.FILE, error)
            name = label_of(entry) or msg("an entry without a name")
            self._incomplete(msg("“{name}” could not be listed: {reason}", name=name, reason=refused.what), entry, refused)

    def _list(self, branch: _Branch) -> None:
        """List a folder, unless it was found before."""
        if branch.drive_id in self.contents:
            return
        if len(branch.names) > DEEPEST or len(self.contents) >= MOST_FOLDERS:
            what = msg("“{folder}” was not listed: there are too many folders above it or beside it.", folder=branch.path)
            self._incomplete(what, {"id": branch.drive_id})
            return
        self.contents[branch.drive_id] = Contents()

        def ask() -> tuple[list[object], Exception | None]:
            found: list[object] = []
            try:
                for page in self.children(branch.drive_id, branch.resource_key):
                    found += page
            except Exception as error:  # noqa: BLE001 - what was listed before it is used
                return found, error
            return found, None

        self._ask(ask, lambda done: self._listed(branch, *done.result()))

    def _listed(self, branch: _Branch, entries: Sequence[object], error: Exception | None) -> None:
        for entry in entries:
            with self._alone(entry):
                resource = understood(entry)
                self._sort(branch, resource)
                if unusable(entry, resource):
                    what = msg("“{name}”: Drive states no usable size or checksum.", name=resource["name"])
                    self.troubles.append(Failure("", Code.UNEXPECTED_ANSWER, what, resource["id"]))
        if error:
            self._unlisted(branch, error, found=bool(entries))
        elif not entries:
            self._doubt(branch)
        self.listed += 1
        self.progress(Step(StepKind.LISTED, amount=self.found, total=self.listed - 1))  # the folders below the top

    def _unlisted(self, branch: _Branch, error: Exception, *, found: bool) -> None:
        """Report a folder that could not be listed; raise if it is the collection's own and nothing is known of it."""
        if isinstance(error, IncompleteError):
            self._incomplete(
                msg("Drive could not list all of “{folder}” this time.", folder=branch.path or self.name),
                {"id": branch.drive_id},
            )
            return
        refused = stopped_at(Reach.FILE, error)
        if branch.drive_id == self.root and not found and refused.code not in {Code.BUG, Code.UNEXPECTED_ANSWER}:
            raise _of_the_link(refused, branch.drive_id)
        if refused.code in _INACCESSIBLE and not found:
            self.closed.add(branch.drive_id)
            self.refused.add(branch.drive_id)
            return
        what = msg("The folder “{folder}” could not be listed: {reason}", folder=branch.path or self.name, reason=refused.what)
        self._incomplete(what, {"id": branch.drive_id}, refused)

    def _doubt(self, branch: _Branch) -> None:
        """Check a folder that appears empty: one that is no longer shared does so, too (ApiSource.children)."""

        def ask() -> bool:
            return self.source.is_listable(branch.drive_id, branch.resource_key)

        def then(done: Future[bool]) -> None:
            try:
                listable = done.result()
            except Exception as error:  # noqa: BLE001 - the border around one folder
                refused = stopped_at(Reach.FILE, error)
                if refused.code not in _INACCESSIBLE or branch.drive_id == self.root:
                    self._unlisted(branch, refused, found=False)
                    return
                listable = False
            if not listable:
                self.closed.add(branch.drive_id)

        self._ask(ask, then)

    def _sort(self, branch: _Branch, resource: Resource) -> None:
        kind = resource["mimeType"]
        if resource.get("trashed"):
            return
        if kind == FOLDER:
            self.contents[branch.drive_id].folders.append(link_to(resource, resource["id"]))
            self._list(_Branch(resource["id"], resource.get("resourceKey"), (*branch.names, resource["name"])))
        elif kind == SHORTCUT:
            self._follow(branch, resource)
        else:
            self.know(resource)
            self._take(branch, remote_files(resource, formats=self.formats))

    def _take(self, branch: _Branch, files: Sequence[RemoteFile]) -> None:
        self.contents[branch.drive_id].files += files
        self.found += len(files)

    def _follow(self, branch: _Branch, shortcut: Resource) -> None:
        """Ask what a shortcut leads to, once for all shortcuts to it."""
        details = shortcut.get("shortcutDetails", {})
        target, key = details.get("targetId"), details.get("targetResourceKey")
        if target is None:
            unknown = msg("Drive does not state what this shortcut leads to.")
            hidden = msg("The public page does not reveal this shortcut's target; an API key lets materials follow it.")
            self._take(branch, [dangling(shortcut, hidden if shortcut.get("rough") else unknown)])
            return

        def then(done: Future[Resource]) -> None:
            with self._alone(shortcut):
                self._followed(branch, shortcut, done)

        if asked := self.targets.get((target, key)):
            self._await(asked, then)
        else:
            self.targets[target, key] = self._ask(lambda: _led_to(self.source, target, key), then)

    def _followed(self, branch: _Branch, shortcut: Resource, done: Future[Resource]) -> None:
        details = shortcut["shortcutDetails"]
        try:
            target = done.result()
        except Exception as error:  # noqa: BLE001 - the border around one shortcut
            refused = stopped_at(Reach.FILE, error)
            target = {"trashed": True}
            if refused.code not in _INACCESSIBLE:
                self.unfollowed.append((branch, shortcut, details["targetId"], refused))
                return
        if target.get("trashed"):
            self._take(branch, [dangling(shortcut, msg("The shortcut's target is deleted or not shared."))])
        elif target["mimeType"] == SHORTCUT:
            self._take(branch, [dangling(shortcut, msg("The shortcut leads to other shortcuts only."))])
        elif target["mimeType"] == FOLDER:
            self.contents[branch.drive_id].shortcuts.append(link_to(shortcut, target["id"]))
            self._list(_Branch(target["id"], target.get("resourceKey"), (*branch.names, shortcut["name"])))
        else:
            self.know(target)
            self._take(branch, remote_files(target, shortcut, self.formats))

    def _incomplete(self, message: Message, entry: object, refused: MaterialsError | None = None) -> None:
        """Note that not everything was listed. entry: what was not; refused: the failure that kept it."""
        self.complete = False
        code = Code.BUG if refused and refused.code is Code.BUG else Code.LIST_INCOMPLETE
        self.troubles.append(Failure("", code, message, label_of(entry, "id"), refused.trace if refused else ""))
