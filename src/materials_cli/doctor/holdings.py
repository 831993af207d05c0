"""Checks of what the archive holds: the catalogue, the manifest, the fixity of files, the last runs and the timer."""

import random
import time
from collections.abc import Collection as Group
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from materials_cli.catalogue.health import damage, languages_held
from materials_cli.catalogue.items import Catalogue
from materials_cli.disk import disk_errors
from materials_cli.doctor.diagnosis import Diagnosis, Verdict, ok, problem, warning
from materials_cli.errors import Code, ExitStatus
from materials_cli.export.manifest import manifest_files, write_manifest
from materials_cli.messages import Message, counted, joined, msg, msgn, verbatim
from materials_cli.model import Item, Run, State
from materials_cli.schedule.backends import installed_in
from materials_cli.schedule.job import Job
from materials_cli.schedule.rhythm import Rhythm
from materials_cli.store.mirror import Store

_TIME_FOR_READING = 3.0
_CHUNK = 1 << 20
_OUTDATED = timedelta(days=8)
_SHOWN = 3
_SUCCESSFUL = {ExitStatus.DONE, ExitStatus.PARTIAL}


def catalogue(store: Store) -> Diagnosis:
    """Whether the catalogue can be opened and is intact; raise bad_catalogue, newer_archive, locked or disk_refused."""
    if not store.catalogue.exists():
        return ok(msg("not created yet; the first sync creates it"))
    with Catalogue.open(store.catalogue) as opened:
        damages = damage(opened.connection)
        count = len(opened.items())
    if damages:
        what = msg("The catalogue is damaged: {reason}", reason=damages[0])
        return Diagnosis(Verdict.PROBLEM, what, Message(Code.BAD_CATALOGUE.fix), Code.BAD_CATALOGUE)
    return ok(msg("intact, {items}", items=counted(count, "item")))


def held(store: Store, collections: Group[str] = ()) -> list[Item]:
    """All items of these collections, of every collection if none is named; raise bad_catalogue."""
    with Catalogue.open(store.catalogue) as opened:
        return opened.items(list(collections))


def languages(store: Store) -> list[str]:
    """The languages of what is held; raise bad_catalogue."""
    with Catalogue.open(store.catalogue) as opened:
        return languages_held(opened.connection)


def last_success(store: Store, slugs: Sequence[str]) -> Diagnosis:
    """When each collection was last synced successfully, and how its last run ended."""
    if not slugs:
        return warning(msg("No folder has been added to this archive."), msg('materials add "LINK"'))
    with Catalogue.open(store.catalogue) as opened:
        runs, successes = opened.last_runs(), opened.last_successes()
    for slug in slugs:
        if finding := _last_run_warning(slug, runs, slug in successes):
            return finding
    oldest = min(slugs, key=lambda slug: successes[slug])
    age = datetime.now(UTC) - successes[oldest]
    synced = f"{successes[oldest].astimezone():%Y-%m-%d %H:%M}"
    if age > _OUTDATED:
        what = msgn(
            "{slug} was last synced {count} day ago, on {time}.",
            "{slug} was last synced {count} days ago, on {time}.",
            age.days,
            slug=oldest,
            time=synced,
        )
        return warning(what, verbatim("materials sync"))
    return ok(msg("all synced, the oldest on {time}", time=synced))


def timer(store: Store) -> Diagnosis:
    """Whether a timer of this machine runs the sync."""
    job = Job(store.root.absolute(), Rhythm((0,), (0,)))
    name = installed_in(job)
    if name is None:
        return ok(msg("not scheduled; syncs run only by hand (materials schedule)"))
    return ok(msg("installed in {timer}", timer=name))


def _last_run_warning(slug: str, runs: Mapping[str, Run], succeeded: bool) -> Diagnosis | None:  # noqa: FBT001 - one caller, here
    run = runs.get(slug)
    if run is None:
        return warning(msg("{slug} was never synced.", slug=slug), verbatim("materials sync"))
    if run.status is None:
        return warning(
            msg("The last run of {slug} did not finish, or is in progress.", slug=slug),
            msg("materials sync continues where it stopped."),
        )

    failure = run.ended_by or next(iter(run.failures), None)

    def with_failure(what: Message) -> Message:
        if failure is None:
            return what
        return msg("{what}: {path}: {reason}", what=what, path=failure.path, reason=failure.message)

    if run.status not in _SUCCESSFUL or not succeeded:
        code = failure.code if failure else ""
        fix = Message(Code[code.upper()].fix) if code in set(Code) else verbatim("materials sync")
        what = msg("The last run of {slug} exited with status {status}", slug=slug, status=str(run.status))
        return warning(with_failure(what), fix)
    if run.status == ExitStatus.PARTIAL:
        what = msgn(
            "{count} failed in the last run of {slug}", "{count} failed in the last run of {slug}", len(run.failures), slug=slug
        )
        return warning(with_failure(what), msg("`materials status` lists them; the next run tries again."))
    return None


def manifest(store: Store) -> Diagnosis | None:
    """Whether the manifest and SHA256SUMS agree with the catalogue."""
    with Catalogue.open(store.catalogue) as opened:
        if not any(opened.places()):
            return None
        files = manifest_files(store, opened)
    for name, content in files.items():
        path = store.root / name
        if not path.is_file() or path.read_bytes() != content:
            return warning(
                msg("{file} is missing or does not match the catalogue.", file=name),
                msg("`materials doctor --fix` rewrites it."),
            )
    return ok(msg("manifest and SHA256SUMS match the catalogue"))


def rewrite_manifest(store: Store) -> Message:
    """Write the manifest and SHA256SUMS from the catalogue."""
    with Catalogue.open(store.catalogue) as opened:
        write_manifest(store, opened)
    return msg("The manifest and SHA256SUMS were rewritten.")


class FixitySample:
    """Checks that every file exists, and the fixity of as many as a few seconds allow, in random order."""

    def __init__(self, store: Store, collections: Group[str] = (), *, seconds: float = _TIME_FOR_READING) -> None:
        self._store, self._collections, self._seconds = store, collections, seconds
        self._seed = random.randrange(1 << 30)  # noqa: S311 - no secret depends on it
        self._damaged: list[Item] = []
        self._marked = False

    def run(self) -> Diagnosis | None:
        """Find files that are MISSING from the disk or DAMAGED: their bytes are not those that were taken in."""
        items = held(self._store, self._collections)
        if not items:
            return None
        missing = [item for item in items if not self._store.held_path(item).is_file()]
        present = [item for item in items if item not in missing]
        random.Random(self._seed).shuffle(present)  # noqa: S311 - see above
        read, self._damaged = self._check_fixity(present)
        if missing or self._damaged:
            return self._report(missing, self._damaged)
        if read == len(items):
            return ok(
                msgn(
                    "{count} file present and intact",
                    "{count} files present and intact",
                    len(items),
                )
            )
        return ok(
            msgn(
                "{count} file present; {read} verified now, all intact",
                "{count} files present; {read} verified now, all intact",
                len(items),
                read=read,
            )
        )

    def repair(self) -> Message | None:
        """Make the next sync verify damaged files, which it skips while their times are the same. No byte is changed."""
        marked = [self._store.path(item.path) for item in self._damaged if item.state is State.HELD]
        with disk_errors():
            for path in marked:
                path.touch()
        self._marked = True
        return msg("Damaged files were marked for the next sync.") if marked else None

    def _check_fixity(self, items: Sequence[Item]) -> tuple[int, list[Item]]:
        """How many files were read before the time was up, and which of them are damaged."""
        deadline = time.monotonic() + self._seconds
        read, damaged = 0, []
        for item in items:
            digest = _digest(self._store.held_path(item), deadline)
            if digest is None:
                break
            read += 1
            if digest != item.fixity.sha256:
                damaged.append(item)
        return read, damaged

    def _report(self, missing: Sequence[Item], damaged: Sequence[Item]) -> Diagnosis:
        found = [msg("MISSING {path}", path=item.path) for item in missing]
        found += [msg("DAMAGED {path}", path=item.path) for item in damaged]
        what, more = joined(found[:_SHOWN], "; "), len(found) - _SHOWN
        if more > 0:
            what = msgn("{files}; and {count} more", "{files}; and {count} more", more, files=what)
        lost = [item for item in (*missing, *damaged) if item.state is State.WITHDRAWN]
        fix = msg("`materials sync` restores what Drive still has.")
        if damaged and not self._marked:
            fix = msg(
                "Run `materials doctor --fix`, then `materials sync`: what Drive still has is restored, the rest is set aside."
            )
        if lost:
            kept = self._store.versions.path(lost[0].fixity.sha256).relative_to(self._store.root)
            backup = msg(
                "The owner has withdrawn {path}: it can only be restored from a backup of {kept}.", path=lost[0].path, kept=kept
            )
            fix = joined((fix, backup))
        return problem(what, fix)


def _digest(path: Path, deadline: float) -> str | None:
    """A file's SHA-256; None if the time is up first. A file that cannot be read counts as damaged."""
    digest = sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                if time.monotonic() > deadline:
                    return None
                digest.update(chunk)
    except OSError as error:
        return f"unreadable: {error.strerror}"
    return digest.hexdigest()
