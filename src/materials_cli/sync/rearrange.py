"""What a plan does without a download: what is gone is withdrawn, then items move, then changed details are recorded."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from materials_cli.causes import Cause
from materials_cli.history.events import of_damage, of_passing_move
from materials_cli.messages import msg, msgid
from materials_cli.model import Action, ActionKind, Item, State
from materials_cli.sync.border import alone
from materials_cli.sync.crew import Crew
from materials_cli.sync.moves import blocked
from materials_cli.sync.place import Placer


def rearrange(placer: Placer, crew: Crew) -> frozenset[str]:
    """Carry out all of the placer's plan that needs no download; return the ids of the items that could not be moved."""
    rearranging = _Rearranging(placer, crew)
    rearranging.run()
    return frozenset(rearranging.unmoved)


@dataclass(slots=True)
class _Rearranging:
    placer: Placer
    crew: Crew
    unmoved: set[str] = field(default_factory=set)

    def run(self) -> None:
        plan, journal, moving = self.placer.plan, self.placer.journal, list[Action]()
        for item, place in plan.strayed:
            with alone(journal, self.crew, Action(ActionKind.UPDATE, Cause.STRAYED_HERE, None, item, item.path)):
                self.placer.store.move_back(item, place)
        for action in plan.actions:
            if action.kind is ActionKind.WITHDRAW and action.held:
                with alone(journal, self.crew, action):
                    self._withdraw(action, action.held)
            elif action.held and action.held.state is State.HELD and action.path != action.held.path and not action.guarded:
                moving.append(action)
        self._move_all(moving)
        for action in plan.actions:
            if action.kind is ActionKind.UPDATE and action.held and action.file:
                with alone(journal, self.crew, action):
                    self.placer.restamp(action, replace(action.held, remote=action.file))

    def _withdraw(self, action: Action, held: Item) -> None:
        journal, lost = self.placer.journal, held.id in self.placer.plan.damaged
        if not self.placer.store.retire(held):
            journal.catalogue.note([of_damage(held, msg("damaged") if lost else msg("missing"))])
            missing = msgid("{path}: its file was already missing from this disk when it was withdrawn.")
            damaged = msgid("{path}: its file was already damaged on this disk when it was withdrawn.")
            journal.notices.append(msg(damaged if lost else missing, path=held.path))
        journal.discard(held)
        self.placer.record(action, replace(held, state=State.WITHDRAWN, withdrawn=datetime.now(UTC), replacement=None))

    def _move_all(self, moving: Sequence[Action]) -> None:
        """Items that move to a path that another item leaves are moved last, by way of the versions."""
        staged, store, journal = blocked(moving), self.placer.store, self.placer.journal
        passing: Counter[str] = Counter(
            digest for item in staged.values() if (digest := item.fixity.sha256) not in store.versions
        )
        retired = 0
        for action in moving:
            if action.held and action.path in staged:
                with alone(journal, self.crew, action):
                    store.retire(action.held)
                    retired += 1
        for action in sorted(moving, key=lambda action: action.path in staged):
            if not action.held or not action.path:
                continue
            stays = action.path in staged and retired < len(staged)  # one cannot leave its place: all stay in theirs
            item = replace(action.held, path=action.held.path if stays else action.path)
            self.unmoved.add(item.id)
            with alone(journal, self.crew, action):
                if action.path in staged:
                    moved = self._pass(item, last=passing[item.fixity.sha256] == 1)
                    passing[item.fixity.sha256] -= 1
                else:
                    moved = store.move(action.held, action.path)
                if not stays:
                    self._moved(action, action.held, item, moved=moved)
                    self.unmoved.discard(item.id)

    def _pass(self, item: Item, *, last: bool) -> bool:
        """Bring an item out of the versions to its new place; False if its bytes are missing."""
        part = self.placer.store.recall(item, last=last)
        if part:
            self.placer.put(part, item, item)
            self.placer.store.flush()
        return part is not None

    def _moved(self, action: Action, held: Item, item: Item, *, moved: bool) -> None:
        """Record the new path of an item. If its bytes changed as well, they are replaced later, at the new path."""
        if action.kind is ActionKind.MOVE and action.file:
            if moved:
                self.placer.restamp(action, replace(item, remote=action.file))
            else:
                self.placer.journal.notices.append(
                    msg("{path}: missing from this disk; the next run downloads it again.", path=held.path)
                )
        elif moved:
            catalogue = self.placer.journal.catalogue
            with catalogue.transaction():
                catalogue.record(item)
                catalogue.note([of_passing_move(item, held.path, action.reason)])
