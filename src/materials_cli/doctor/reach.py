"""Checks that ask Google: whether the credential works, whether each folder can be reached, what a sync would do, the clock.

Each request is made once and retried little: a diagnosis that takes ten minutes helps nobody.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.doctor.diagnosis import MOST_NAMED, Diagnosis, ok, problem, warning
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import Credential, find_credential
from materials_cli.drive.link import parse_link
from materials_cli.drive.login import stored_end, stored_warning
from materials_cli.drive.source import Source
from materials_cli.drive.walk import find_root
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import combined, counted, msg, msgids, msgn
from materials_cli.store.mirror import Store
from materials_cli.sync.crew import Crew
from materials_cli.sync.look import look
from materials_cli.sync.plan import plan as decide

if TYPE_CHECKING:
    from materials_cli.model import Plan

_TRIES = 2
_INACCURATE_CLOCK, _WRONG_CLOCK = timedelta(minutes=1), timedelta(minutes=5)
_INACCURATE = {
    "behind": msgids(
        "This machine's clock is {seconds} second behind.",
        "This machine's clock is {seconds} seconds behind.",
    ),
    "ahead": msgids(
        "This machine's clock is {seconds} second ahead.",
        "This machine's clock is {seconds} seconds ahead.",
    ),
}
_WRONG = {
    "behind": msgids(
        "This machine's clock is {seconds} second behind, which makes sign-ins and certificates fail.",
        "This machine's clock is {seconds} seconds behind, which makes sign-ins and certificates fail.",
    ),
    "ahead": msgids(
        "This machine's clock is {seconds} second ahead, which makes sign-ins and certificates fail.",
        "This machine's clock is {seconds} seconds ahead, which makes sign-ins and certificates fail.",
    ),
}


@dataclass
class Reach:
    """The requests of one examination. They share connections, which the stack closes, and what an earlier one found out.

    refused: why Google cannot be asked any more.
    """

    environ: Mapping[str, str]
    store: Store
    crew: Crew
    stack: ExitStack
    refused: MaterialsError | None = None

    def __post_init__(self) -> None:
        """Begin with no plans and no connections."""
        self.plans: list[Plan] = []
        self._sources: list[Source] = []

    def credential(self) -> Diagnosis:
        """Which credential is used, whether Google accepts it, and when it expires; raise its refusal."""
        try:
            way, source = self._way, self._source
            account = source.account()
        except MaterialsError as error:
            self.refused = error
            raise
        if not source.digests:
            return ok(msg("{way}; an API key adds checksums", way=way.label))
        if not way.bearer:
            return ok(way.label)
        ending = stored_warning(datetime.now(UTC))
        what = msg(
            "{way}; Google account {account}. {ending}",
            way=way.label,
            account=account,
            ending=ending or stored_end(),
        )
        return warning(what, msg("materials auth login --client FILE")) if ending else ok(what)

    def link(self, collection: Collection) -> Diagnosis:
        """Whether a collection's folder can be reached, and what a sync would do; raise why not."""
        link = parse_link(collection.link)
        if self.refused and self.refused.status is not ExitStatus.PERSON_NEEDED:
            return warning(msg("Not checked. {reason}", reason=self.refused.what), self.refused.fix)
        if self.refused:
            root = find_root(self._public, link.folder_id, link.resource_key)
            return ok(msg("“{name}” is shared by link (checked without the rejected credential)", name=root["name"]))
        try:
            return self._planned(collection)
        except MaterialsError as error:
            if error.status is ExitStatus.TEMPORARY:
                self.refused = error
            raise

    def clock(self) -> Diagnosis | None:
        """How far this machine's clock is off, by the dates of Google's answers; None if there were none."""
        error = next((s.wire.clock_error for s in self._sources if s.wire.clock_error is not None), None)
        if error is None:
            return None
        direction, seconds = "behind" if error < timedelta() else "ahead", abs(int(error.total_seconds()))
        fix = msg("Synchronise the clock over the network; on Linux: `sudo timedatectl set-ntp true`.")
        if abs(error) > _WRONG_CLOCK:
            return problem(msgn(*_WRONG[direction], seconds, seconds=seconds), fix)
        if abs(error) > _INACCURATE_CLOCK:
            return warning(msgn(*_INACCURATE[direction], seconds, seconds=seconds), fix)
        return ok(msg("accurate within {seconds} s", seconds=seconds + 1))

    @cached_property
    def _way(self) -> Credential:
        return find_credential(self.environ)

    @cached_property
    def _source(self) -> Source:
        return self._connected(self._way)

    @cached_property
    def _public(self) -> Source:
        return self._connected(find_credential({**self.environ, "MATERIALS_KEYLESS": "1"}))

    def _connected(self, credential: Credential) -> Source:
        source = self.stack.enter_context(connect(credential, tries=_TRIES))
        self._sources.append(source)
        return source

    def _planned(self, collection: Collection) -> Diagnosis:
        with self._catalogue() as catalogue:
            plan = decide(look(self._source, self.store, catalogue, collection, self.crew))
        self.plans.append(plan)
        listed = plan.unchanged + len(plan.left_out) + sum(action.file is not None for action in plan.actions)
        way, files = self._way.label, counted(listed, "file")
        if notices := [*(trouble.message for trouble in plan.troubles), *plan.notices]:
            notice = combined(*notices[:MOST_NAMED])
            what = msg("reachable with {way}: {files}. {notice}", way=way, files=files, notice=notice)
            return warning(what, msg("`materials plan` shows the details."))
        if plan.actions:
            return ok(
                msgn(
                    "reachable with {way}: {files}; a sync would make {count} change (`materials plan`)",
                    "reachable with {way}: {files}; a sync would make {count} changes (`materials plan`)",
                    len(plan.actions),
                    way=way,
                    files=files,
                )
            )
        return ok(msg("reachable with {way}: {files}, all up to date", way=way, files=files))

    def _catalogue(self) -> AbstractContextManager[Catalogue]:
        """The catalogue; an empty one in place of one that cannot be read, which another check reports."""
        try:
            return Catalogue.open(self.store.catalogue)
        except MaterialsError:
            return Catalogue.open(self.store.inner / "none")
