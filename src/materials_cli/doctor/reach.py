"""What only Google can tell: does the way in work, is each folder there for us, what would a sync bring, is the clock right.

Everything is asked once, and impatiently: a doctor who waits ten minutes for an answer is no help.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from materials_cli.catalogue.items import Catalogue
from materials_cli.config import Collection
from materials_cli.doctor.diagnosis import Diagnosis, trouble, warning, well
from materials_cli.drive.connect import connect
from materials_cli.drive.credentials import Credential, find_credential
from materials_cli.drive.link import parse_link
from materials_cli.drive.login import stored_end, stored_warning
from materials_cli.drive.source import Source
from materials_cli.drive.walk import find_root
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.messages import counted, msg, msgids, msgn
from materials_cli.store.mirror import Store
from materials_cli.sync.execute import Crew, look

if TYPE_CHECKING:
    from materials_cli.model import Plan

_TRIES = 2
_ODD_CLOCK, _WRONG_CLOCK = timedelta(minutes=1), timedelta(minutes=5)
_ODD = {
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
        "This machine's clock is {seconds} second behind: sign-ins and certificates fail so.",
        "This machine's clock is {seconds} seconds behind: sign-ins and certificates fail so.",
    ),
    "ahead": msgids(
        "This machine's clock is {seconds} second ahead: sign-ins and certificates fail so.",
        "This machine's clock is {seconds} seconds ahead: sign-ins and certificates fail so.",
    ),
}


@dataclass
class Reach:
    """One examination's talk with Google. Close it with the stack that it is given."""

    environ: Mapping[str, str]
    store: Store
    crew: Crew
    stack: ExitStack
    refused: MaterialsError | None = None

    def __post_init__(self) -> None:
        """Nothing is known yet."""
        self.plans: list[Plan] = []
        self._sources: list[Source] = []

    def credential(self) -> Diagnosis:
        """Which way in is used, whether Google accepts it, and when it ends; raise what Google says against it."""
        try:
            way, source = self._way, self._source
            account = source.account()
        except MaterialsError as error:
            self.refused = error
            raise
        if not source.digests:
            return well(msg("{way}; an API key would give checksums too", way=way.said))
        if not way.bearer:
            return well(way.said)
        ending = stored_warning(datetime.now(UTC))
        told = msg(
            "{way}; Google knows it as {account}. {ending}",
            way=way.said,
            account=account,
            ending=ending or stored_end(),
        )
        return warning(told, msg("materials auth login --client FILE")) if ending else well(told)

    def link(self, collection: Collection) -> Diagnosis:
        """Whether a collection's folder is there for us, and what a sync would do; raise what a person must mend."""
        link = parse_link(collection.link)
        if self.refused and self.refused.status is not ExitStatus.PERSON_NEEDED:
            return warning(msg("Not asked. {reason}", reason=self.refused.what), self.refused.fix)
        if self.refused:
            root = find_root(self._public, link.folder_id, link.resource_key)
            return well(msg("“{name}” is shared by link (asked without the credential, which was refused)", name=root["name"]))
        try:
            return self._planned(collection)
        except MaterialsError as error:
            if error.status is ExitStatus.TEMPORARY:
                self.refused = error
            raise

    def clock(self) -> Diagnosis | None:
        """How wrong this machine's clock is, by the time in Google's answers; None when none came."""
        error = next((s.wire.clock_error for s in self._sources if s.wire.clock_error is not None), None)
        if error is None:
            return None
        direction, seconds = "behind" if error < timedelta() else "ahead", abs(int(error.total_seconds()))
        remedy = msg("Let the clock be set over the network: on Linux `sudo timedatectl set-ntp true`.")
        if abs(error) > _WRONG_CLOCK:
            return trouble(msgn(*_WRONG[direction], seconds, seconds=seconds), remedy)
        if abs(error) > _ODD_CLOCK:
            return warning(msgn(*_ODD[direction], seconds, seconds=seconds), remedy)
        return well(msg("right within {seconds} s", seconds=seconds + 1))

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
            plan = look(self._source, self.store, catalogue, collection, self.crew)
        self.plans.append(plan)
        listed = plan.unchanged + len(plan.left_out) + sum(action.file is not None for action in plan.actions)
        way, files = self._way.said, counted(listed, "file")
        if notices := [*(trouble.message for trouble in plan.troubles), *plan.notices]:
            told = msg("reached by {way}: {files}. {notice}", way=way, files=files, notice=notices[0])
            return warning(told, msg("`materials plan` tells it in full."))
        if plan.actions:
            return well(
                msgn(
                    "reached by {way}: {files}; a sync would do {count} thing (`materials plan`)",
                    "reached by {way}: {files}; a sync would do {count} things (`materials plan`)",
                    len(plan.actions),
                    way=way,
                    files=files,
                )
            )
        return well(msg("reached by {way}: {files}, all as they are here", way=way, files=files))

    def _catalogue(self) -> AbstractContextManager[Catalogue]:
        """What is held; a catalogue that cannot be read is another check's business, and counts as an empty one here."""
        try:
            return Catalogue.open(self.store.catalogue)
        except MaterialsError:
            return Catalogue.open(self.store.inner / "none")
