"""Five years of a Drive that many people own, made by rule: what each night's list shows, and what vanishes when.

Signs and ends follow public reports, and were written before anything that looks for them:

- Personal accounts that nobody has signed in to for two years are deleted with all that is in Drive; accounts of organisations
  are not. The warnings go to the account alone (Google, "Inactive Google Account Policy", 2023; blog of 16 May 2023).
- An account of an organisation is suspended when a person leaves, its sharing ends half a year later, it is deleted after
  18 months or 2 years (University of Cambridge, UIS, 15 February and 30 October 2023; Case Western Reserve University, "Google
  Drive Data Retention"). Until then, nothing shows outside. A deleted user can be restored for 20 days (Google Workspace).
- Some organisations rename accounts first: "Deleting-NAME" (University of Delaware, "Google Account Lifecycle", 2024).
- Others end in phases: former students first, then former staff, then everybody (The New School, "Google Cleanup", 2024;
  University of Arizona, 2023; Lafayette College, 10 January 2024).
- Or on one day that was announced, with a notice in shared folders (University of Connecticut, 2024; University of Illinois:
  30 days' notice, 60 days read-only, deleted 30 days later, 2024).
- Limits of storage make owners delete in steps (University of Alaska, "Cloud Storage Changes"; University of Michigan, April
  2024; University of Texas, 2022).
- A school account ends with graduation, without a word (owenzlz/EgoHOS#10); a friend's Drive (echrao/O2MAG#3).
- A frozen account comes back within days or weeks (MinkaiXu/GeoDiff#1, s3prl/s3prl#48). A folder is emptied because all of it
  was moved to another one (cncf/tag-contributor-strategy#551). Old links need a resource key (chrisspen/punctuator2#8).
- What is in the bin is deleted after 30 days (Google Drive).

How many owners meet which end is in no report: the shares below are assumptions, which a second set has otherwise.
Days are counted from the first night. A sign is dated when all of it could be seen.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from materials_cli.codes import Code
from support.five_years_words import DECOYS, FIRST, LAST, NOTICES, TITLES

DAYS = 5 * 365
PERSONAL = ("gmail.com", "gmail.com", "gmail.com", "googlemail.com")
_NOTICE = "-notice"  # ends the id of a file that only tells; nobody edits it
_IDLE = 608  # of silence, after which an account looks unused: 20 of 24 months

_BAD_NIGHTS = (Code.OFFLINE, Code.RATE_LIMITED, Code.LINK_NOT_FOUND, Code.GOOGLE_TROUBLE, Code.LINK_NOT_SHARED)


@dataclass(frozen=True)
class Shares:
    """What part of the owners meets what. silent: living personal accounts that never change anything after their event."""

    folders: int = 240
    personal: float = 0.45
    keyless: float = 0.08
    shared_drive: float = 0.10
    untold: float = 0.10
    idle: float = 0.12
    silent: float = 0.03
    announced: float = 0.05
    shrinking: float = 0.05
    closing_in_parts: float = 0.04
    abrupt: float = 0.05
    binned: float = 0.02
    labelled: float = 0.05
    leaver: float = 0.06
    frozen: float = 0.02
    decoys: float = 0.15
    domains: int = 30
    phased: int = 2
    retired: int = 3
    nights_out: float = 0.5  # bad nights of a folder a year: Google's, the network's, the key's
    active: tuple[float, ...] = (2.5, 4, 8)  # changes a year that living owners make


@dataclass
class Account:
    """Who owns. domain: what follows the @; told: whether Drive tells it. labels: its names from a day on."""

    name: str
    domain: str
    told: bool = True
    rate: float = 0.0
    stops: int = DAYS * 2
    ends: int | None = None
    sign: int | None = None
    labels: list[tuple[int, str]] = field(default_factory=list)

    @property
    def personal(self) -> bool:
        return self.domain in PERSONAL


@dataclass
class File:
    """A file. names: from a day on. gone: when it leaves the folder. end: when it is to be had nowhere; sign: of that."""

    id: str
    account: Account
    folder: str
    names: list[tuple[int, str]]
    born: int
    edits: list[int] = field(default_factory=list)
    gone: int | None = None
    end: int | None = None
    sign: int | None = None


@dataclass
class Folder:
    """A shared folder. outages: from, to, how its link fails. closed: from, to, which one in it. bytes_of: of copies."""

    slug: str
    owner: Account
    added: int
    names: list[tuple[int, str]]
    files: list[File] = field(default_factory=list)
    outages: list[tuple[int, int, Code]] = field(default_factory=list)
    closed: list[tuple[int, int, str]] = field(default_factory=list)
    keyless: bool = False
    shared_drive: bool = False
    bytes_of: dict[str, tuple[str, int]] = field(default_factory=dict)
    why: str = "stays"


def at(names: Sequence[tuple[int, str]], day: int) -> str:
    """The name on a day."""
    return max((since, place, name) for place, (since, name) in enumerate(names) if since <= day)[2]


def five_years(seed: int, shares: Shares | None = None, notices: Sequence[str] = NOTICES) -> list[Folder]:
    """All folders, in the order in which they were added."""
    return sorted(_Making(random.Random(seed), shares or Shares(), notices).folders(), key=lambda folder: folder.added)  # noqa: S311


class _Making:
    def __init__(self, chance: random.Random, shares: Shares, notices: Sequence[str]) -> None:
        self.chance, self.shares, self.notices = chance, shares, notices
        self.domains = [f"org{number}.example" for number in range(shares.domains)]
        self.phased, self.retired = self.domains[: shares.phased], self.domains[shares.phased :][: shares.retired]
        self.members: dict[str, list[Account]] = {domain: [] for domain in self.domains}
        self.names: set[str] = set()

    def folders(self) -> Iterator[Folder]:
        made = [self._folder(number) for number in range(self.shares.folders)]
        for domain in self.phased:
            self._end_in_phases(self.members[domain], made)
        for domain in self.retired:
            self._retire(domain, made)
        for folder in made:
            self._fill(folder)
            self._end(folder)
            yield folder
            if folder.why == "stays" and self.chance.random() < 0.03:
                yield self._reorganised(folder)

    def _account(self, event: int, *, personal: bool) -> Account:
        chance, shares = self.chance, self.shares
        name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        while name in self.names:
            name = f"{name} {chance.choice('ABDEGKMNRST')}."
        self.names.add(name)
        domain = chance.choice(PERSONAL if personal else self.domains)
        account = Account(name, domain, told=chance.random() >= shares.untold, labels=[(-DAYS, name)])
        account.rate = chance.choice(shares.active) if chance.random() < 0.8 or personal else 0.0
        if personal and chance.random() < shares.silent:
            account.rate, account.stops = 0.0, event + chance.randint(0, 60)
        if not personal:
            self.members[domain].append(account)
        return account

    def _folder(self, number: int) -> Folder:
        chance, shares = self.chance, self.shares
        event = chance.randint(-500, DAYS - 200)
        owner = self._account(event, personal=chance.random() < shares.personal)
        folder = Folder(f"event-{number}", owner, max(0, event + chance.randint(-10, 40)), [(-DAYS, f"Workshop {number}")])
        folder.keyless, folder.shared_drive = chance.random() < shares.keyless, chance.random() < shares.shared_drive
        decoy = chance.random() < shares.decoys
        guests = [self._account(event, personal=chance.random() < 0.5) for _ in range(chance.choice((0, 0, 0, 1, 2)))]
        for place in range(chance.randint(4, 16)):
            account = chance.choice(guests) if guests and chance.random() < 0.3 else owner
            title = chance.choice(DECOYS if decoy and chance.random() < 0.3 else TITLES)
            born = event + chance.randint(-15, 12)
            name = f"{title} {place}.pptx"
            folder.files.append(File(f"f{number}x{place}", account, f"Day {1 + place % 3}", [(-DAYS, name)], born))
        return folder

    def _end_in_phases(self, members: list[Account], folders: list[Folder]) -> None:
        """Some lose their accounts, some months later more of them, then all that are left. Three that are missed are seen."""
        first = self.chance.randint(500, 1200)
        second, last = first + self.chance.randint(60, 150), first + self.chance.randint(240, 400)
        third = max(1, len(members) // 3)
        for place, account in enumerate(members):
            account.ends = account.stops = first if place < third else second if place < 2 * third else last
        seen = {
            id(file.account): file.account.ends
            for folder in folders
            for file in folder.files
            if not folder.keyless and not folder.shared_drive and max(folder.added, file.born) < (file.account.ends or 0)
        }
        missed = [ends for account in members if account.told and (ends := seen.get(id(account))) in {first, second}]
        for account in members[2 * third :]:
            account.sign = second if len(missed) >= 3 and len({*missed}) == 2 and account.told else None

    def _retire(self, domain: str, folders: list[Folder]) -> None:
        """An organisation gives Drive up on a day, of which some of its folders tell months before."""
        day = self.chance.randint(500, DAYS - 30)
        told = day - self.chance.randint(95, 180)
        owned = [folder for folder in folders if folder.owner.domain == domain and folder.added < told]
        for folder in owned[: max(1, len(owned) * 2 // 3)]:
            self._notice(folder, told)
        readable = any(not folder.keyless for folder in owned[: max(1, len(owned) * 2 // 3)])
        for account in self.members[domain]:
            account.ends, account.stops = day, day
            account.sign = told if readable and account.told else None
        for folder in owned:
            if self._tells(folder):
                folder.owner.sign = told

    def _notice(self, folder: Folder, day: int) -> None:
        """The folder is renamed, or a file or folder in it tells."""
        text, place = self.chance.choice(self.notices), self.chance.randrange(3)
        if place == 0:
            folder.names.append((day, f"{text} – {at(folder.names, 0)}"))
        elif place == 1:
            folder.files.append(File(f"{folder.slug}{_NOTICE}", folder.owner, "", [(-DAYS, f"{text}.txt")], day))
        else:
            for file in folder.files:
                file.names.append((day, f"{text} {at(file.names, 0)}"))

    def _tells(self, folder: Folder) -> bool:
        """Whether the folder itself tells of its end."""
        names = [name for _, name in folder.names] + [name for file in folder.files for _, name in file.names]
        return any(text in name for text in self.notices for name in names)

    def _fill(self, folder: Folder) -> None:
        """What living owners do after the event."""
        for account in {id(file.account): file.account for file in folder.files}.values():
            own = [file for file in folder.files if file.account is account and not file.id.endswith(_NOTICE)]
            if not own:
                continue
            self._choose_end(account, max(file.born for file in own))
            day = float(max(file.born for file in own))
            while account.rate and (day := day + self.chance.expovariate(account.rate / 365)) < min(account.stops, DAYS):
                file, change = self.chance.choice(own), self.chance.random()
                if change < 0.7:
                    file.edits.append(int(day))
                elif change < 0.73 and file.gone is None:  # one that was wrong, or is no longer wanted
                    file.gone = int(day)
                elif change < 0.85:
                    file.names.append((int(day), f"{at(file.names, int(day)).removesuffix('.pptx')} v2.pptx"))
                else:
                    new = replace(file, id=f"{file.id}n{int(day)}", born=int(day), edits=[], names=file.names[:1], gone=None)
                    folder.files.append(new)

    def _choose_end(self, account: Account, last: int) -> None:
        """What becomes of an account that no end of its organisation meets."""
        chance, shares = self.chance, self.shares
        if account.ends is not None or account.stops < DAYS * 2:
            return
        if account.personal and chance.random() < shares.idle:
            account.stops = last + chance.randint(0, 250)
            account.rate = chance.choice(shares.active)
            account.ends = -1  # as its last visible change says, see _end()
        elif not account.personal and chance.random() < shares.labelled:
            account.ends = chance.randint(300, DAYS)
            account.stops, account.sign = account.ends - 300, account.ends - chance.randint(70, 180)
            label = chance.choice(("Deleting-{}", "{} (former staff)", "[Suspended] {}", "zz_{} – удалён"))
            account.labels.append((account.sign, label.format(account.name)))
        elif not account.personal and chance.random() < shares.leaver:
            account.stops = chance.randint(100, DAYS)
            account.ends = account.stops + 180 + chance.randint(0, 30)

    def _end(self, folder: Folder) -> None:
        """How the folder ends, if it does, and the truth about its files."""
        for account in {id(file.account): file.account for file in folder.files}.values():
            if account.ends == -1:
                last = max(max((file.born, *file.edits, *(day for day, _ in file.names))) for file in folder.files
                           if file.account is account)  # fmt: skip
                account.ends = last + 731 + self.chance.randint(0, 60)
                account.sign = last + _IDLE if account.told else None
        for file in folder.files:
            file.end = file.gone or (None if folder.shared_drive else file.account.ends)
            file.sign = None if folder.keyless or folder.shared_drive or file.gone else file.account.sign
        if folder.shared_drive:  # its files belong to the organisation, and stay when people leave
            if folder.owner.domain in self.retired:
                folder.why = "its organisation gave Drive up"
                told = folder.owner.sign if self._tells(folder) else None
                self._gone(folder, folder.owner.ends or DAYS, told, Code.LINK_NOT_FOUND)
        elif folder.owner.ends is not None:
            folder.why = "the account of its owner"
            sign = None if folder.keyless and not self._tells(folder) else folder.owner.sign
            self._gone(folder, folder.owner.ends, sign, Code.LINK_NOT_FOUND)
        elif folder.added < DAYS - 220:
            self._own_end(folder, folder.added + 140)
        self._bad_nights(folder)

    def _bad_nights(self, folder: Folder) -> None:
        """Nights on which a link fails that works again later."""
        chance, shares = self.chance, self.shares
        for day in range(folder.added, DAYS):
            if chance.random() < shares.nights_out / 365:
                folder.outages.append((day, day + chance.choice((1, 1, 2, 4)), chance.choice(_BAD_NIGHTS)))
        if folder.why == "stays" and chance.random() < shares.frozen:
            day = chance.randint(folder.added, DAYS)
            folder.outages.append((day, day + chance.randint(3, 12), Code.LINK_NOT_FOUND))

    def _own_end(self, folder: Folder, begin: int) -> None:
        """The owner gives the folder up, in one way or another."""
        chance, shares, draw = self.chance, self.shares, self.chance.random()
        day = chance.randint(begin, DAYS - 1)
        ways = ("announced", "shrinking", "closing_in_parts", "abrupt", "binned")
        for way in ways:
            draw -= getattr(shares, way)
            if draw < 0:
                break
        else:
            return
        folder.why = way
        sign = day - chance.randint(65, 200)
        if way == "announced":
            self._notice(folder, sign)
            self._gone(folder, day, sign, chance.choice((Code.LINK_NOT_FOUND, Code.LINK_NOT_SHARED)))
        elif way == "shrinking":
            self._shrink(folder, day)
        elif way == "closing_in_parts":
            folder.closed.append((sign, DAYS, chance.choice(("Day 1", "Day 2"))))
            self._gone(folder, day, sign, Code.LINK_NOT_SHARED)
            for file in folder.files:
                if file.folder == folder.closed[0][2]:
                    file.end, file.sign = sign, None
        elif way == "abrupt":
            self._gone(folder, day, None, chance.choice((Code.LINK_NOT_FOUND, Code.LINK_NOT_SHARED)))
        else:
            folder.outages.append((day - 30, day, Code.FOLDER_TRASHED))
            self._gone(folder, day, None, Code.LINK_NOT_FOUND)

    def _shrink(self, folder: Folder, day: int) -> None:
        """About a sixth is deleted at a time; after the second time, it can be seen where this leads."""
        steps = sorted(self.chance.sample(range(max(day - 300, folder.added + 10), day - 70), 3))
        own = [file for file in folder.files if file.account is folder.owner and file.born < steps[0]]
        self.chance.shuffle(own)
        share = max(1, len(own) // 6)
        for place, step in enumerate(steps):
            for file in own[place * share : (place + 1) * share]:
                file.gone = file.end = step
                file.sign = None
        self._gone(folder, day, steps[1] if len(own) > share else None, Code.LINK_NOT_FOUND)

    def _gone(self, folder: Folder, day: int, sign: int | None, code: Code) -> None:
        folder.outages.append((day, DAYS * 2, code))
        for file in folder.files:
            if file.end is None or file.end >= day:
                file.end, file.sign = day, sign

    def _reorganised(self, folder: Folder) -> Folder:
        """All files, or many, appear in a folder elsewhere and then leave this one: nothing is lost."""
        day = self.chance.randint(folder.added + 10, DAYS + 100)
        names = [(-DAYS, f"{at(folder.names, 0)} – all materials")]
        other = Folder(f"{folder.slug}-new", folder.owner, day, names, shared_drive=folder.shared_drive, why="moved here")
        for file in folder.files:
            if file.born < day and (file.gone is None or file.gone > day):
                other.files.append(replace(file, id=f"{file.id}m", born=day, gone=None, edits=[], names=file.names[:1]))
                file.edits = [edit for edit in file.edits if edit < day]
                other.bytes_of[f"{file.id}m"] = file.id, len(file.edits)
                file.gone, file.end = day + self.chance.randint(10, 100), None
        folder.why = "moved away"
        return other


def truth(folders: Sequence[Folder]) -> dict[tuple[str, str], tuple[int | None, int | None]]:
    """The end and the sign of each file by folder and id, as far as it was in the archive while it was to be had.

    The sign is seen at the earliest when the archive has the file. An end after the last day is None; files of accounts that
    end within the year after it are left out, since nobody can say that naming them is wrong.
    """
    found: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for folder in folders:
        for file in folder.files:
            seen = max(file.born, folder.added)
            if seen >= DAYS or (file.end is not None and (file.end <= seen or DAYS <= file.end < DAYS + 365)):
                continue
            end = file.end if file.end is not None and file.end < DAYS else None
            found[folder.slug, file.id] = end, None if end is None or file.sign is None else max(file.sign, seen)
    return found
