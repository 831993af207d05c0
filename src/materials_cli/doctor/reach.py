"""What only Google can tell: does the way in work, is each folder there for us, what would a sync bring, is the clock right.

Everything is asked once, and impatiently: a doctor who waits ten minutes for an answer is no help.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from materials_cli.catalogue.records import Catalogue
from materials_cli.configuration import Collection
from materials_cli.doctor.diagnosis import Diagnosis, trouble, warning, well
from materials_cli.drive.client import DriveClient
from materials_cli.drive.credentials import Credential, find_credential
from materials_cli.drive.link import parse_link
from materials_cli.drive.login import stored_end, stored_warning
from materials_cli.drive.public import PublicClient
from materials_cli.drive.walk import Client, find_root
from materials_cli.drive.wire import Wire
from materials_cli.errors import ExitStatus, MaterialsError
from materials_cli.store.mirror import Store
from materials_cli.sync import Crew, look

if TYPE_CHECKING:
    from materials_cli.model import Plan

_TRIES = 2
_ODD_CLOCK, _WRONG_CLOCK = timedelta(minutes=1), timedelta(minutes=5)


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
        self._wires: list[Wire] = []

    def credential(self) -> Diagnosis:
        """Which way in is used, whether Google accepts it, and when it ends; raise what Google says against it."""
        try:
            way, client = self._way, self._client
            if isinstance(client, PublicClient):
                return well(f"{way.said}; an API key would give checksums too")
            if way.api_key:
                client.try_out()
            account = client.account() if way.bearer else ""
        except MaterialsError as error:
            self.refused = error
            raise
        if not way.bearer:
            return well(way.said)
        told = f"{way.said}; Google knows it as {account}"
        if ending := stored_warning(datetime.now(UTC)):
            return warning(f"{told}. {ending}", "materials auth login --client FILE")
        return well(f"{told}. {stored_end()}")

    def link(self, collection: Collection) -> Diagnosis:
        """Whether a collection's folder is there for us, and what a sync would do; raise what a person must mend."""
        link = parse_link(collection.link)
        if self.refused and self.refused.status is not ExitStatus.PERSON_NEEDED:
            return warning(f"Not asked. {self.refused.what}", self.refused.fix)
        if self.refused:
            root = find_root(self._public, link.folder_id, link.resource_key)
            return well(f"“{root['name']}” is shared by link (asked without the credential, which was refused)")
        try:
            return self._planned(collection)
        except MaterialsError as error:
            if error.status is ExitStatus.TEMPORARY:
                self.refused = error
            raise

    def clock(self) -> Diagnosis | None:
        """How wrong this machine's clock is, by the time in Google's answers; None when none came."""
        error = next((wire.clock_error for wire in self._wires if wire.clock_error is not None), None)
        if error is None:
            return None
        direction = "behind" if error < timedelta() else "ahead"
        told = f"This machine's clock is {abs(int(error.total_seconds()))} seconds {direction}"
        remedy = "Let the clock be set over the network: on Linux `sudo timedatectl set-ntp true`."
        if abs(error) > _WRONG_CLOCK:
            return trouble(f"{told}: sign-ins and certificates fail so.", remedy)
        if abs(error) > _ODD_CLOCK:
            return warning(f"{told}.", remedy)
        return well(f"right within {abs(int(error.total_seconds())) + 1} s")

    @cached_property
    def _way(self) -> Credential:
        return find_credential(self.environ)

    @cached_property
    def _client(self) -> Client:
        return self._connected(self._way)

    @cached_property
    def _public(self) -> Client:
        return self._connected(find_credential({**self.environ, "MATERIALS_KEYLESS": "1"}))

    def _connected(self, credential: Credential) -> Client:
        wire = self.stack.enter_context(Wire(credential, tries=_TRIES))
        self._wires.append(wire)
        return PublicClient(wire) if credential.keyless else DriveClient(wire)

    def _planned(self, collection: Collection) -> Diagnosis:
        with self._catalogue() as catalogue:
            plan = look(self._client, self.store, catalogue, collection, self.crew)
        self.plans.append(plan)
        listed = plan.unchanged + len(plan.left_out) + sum(action.file is not None for action in plan.actions)
        told = f"reached by {self._way.said}: {listed:,} files"
        if plan.notices:
            return warning(f"{told}. {plan.notices[0]}", "`materials plan` tells it in full.")
        if plan.actions:
            return well(f"{told}; a sync would do {len(plan.actions):,} things (`materials plan`)")
        return well(f"{told}, all as they are here")

    def _catalogue(self) -> AbstractContextManager[Catalogue]:
        """What is held; a catalogue that cannot be read is another check's business, and counts as an empty one here."""
        try:
            return Catalogue.open(self.store.catalogue)
        except MaterialsError:
            return Catalogue.open(self.store.inner / "none")
