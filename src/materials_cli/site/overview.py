"""What the pages say of all items together: numbers, the newest, groups by day and session, and the plot. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

from materials_cli.site.holdings import Collection, Holdings, Item
from materials_cli.values import frozen

NOWHERE, ELSEWHERE = "", "+"
_NEWEST, _MOST_COUNTRIES, _MOST_LANGUAGES, _MOST_YEARS = 8, 16, 8, 8


@frozen()
class Numbers:
    """How much there is."""

    items: int
    sections: int
    countries: int
    languages: int


@frozen()
class Group:
    """The items of a day and session; of neither where both are None."""

    day: int | None
    session: str | None
    items: tuple[Item, ...]


@frozen()
class Part:
    """A part of a bar: start and length in items. tone: the number of the language's colour, or “rest” without a language."""

    start: int
    length: int
    tone: str
    language: str


@frozen()
class Cell:
    """The items of a country and year."""

    total: int
    parts: tuple[Part, ...]


@frozen()
class Row:
    """A country: its code, NOWHERE or ELSEWHERE."""

    country: str
    cells: tuple[Cell, ...]


@frozen()
class Plot:
    """Items by country, year and language. most: of a cell. others: there are further languages, or items without one."""

    years: tuple[int | None, ...]
    languages: tuple[str, ...]
    others: bool
    most: int
    rows: tuple[Row, ...]


def numbers(holdings: Holdings) -> Numbers:
    """How much there is."""
    items = list(holdings.items)
    return Numbers(
        len(items),
        sum(len(item.sections) for item in items),
        len({code for item in items for code in item.countries}),
        len({code for item in items for code in item.languages}),
    )


def newest(holdings: Holdings) -> list[Item]:
    """The items that came last; of those that came on the same day, the ones that were changed last."""

    def age(item: Item) -> tuple[object, object, str]:
        one = item.description.item
        return one.first_seen.date(), (one.remote.modified or one.first_seen), item.key

    here = [item for item in holdings.items if not item.withdrawn]
    return sorted(here, key=age, reverse=True)[:_NEWEST]


def groups(collection: Collection) -> list[Group]:
    """The items of a collection by day and session, in the order of the days; what has neither comes last."""
    found: dict[tuple[int | None, str | None], list[Item]] = {}
    for item in collection.items:
        own = item.description.own
        found.setdefault((own.day, own.session), []).append(item)
    last = 1 << 30
    order = sorted(found, key=lambda place: (place == (None, None), last if place[0] is None else place[0], place[1] or ""))
    return [Group(day, session, tuple(found[day, session])) for day, session in order]


def people(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    """Who made or presented the items, by name."""
    found: dict[str, list[Item]] = {}
    for item in items:
        for name in item.speakers:
            found.setdefault(name, []).append(item)
    return sorted(found.items(), key=lambda entry: entry[0].casefold())


def plot(holdings: Holdings) -> Plot:
    """The table of countries and years with its bars."""
    seen = _seen(holdings)
    spoken = [code for code, _ in Counter(code for _, _, code in seen).most_common()]
    shown = tuple(filter(None, spoken))[:_MOST_LANGUAGES]
    countries = [country for country, _ in Counter(country for country, _, _ in seen).most_common()]
    named = list(filter(None, countries))[:_MOST_COUNTRIES]
    years = _years({year for _, year, _ in seen})
    cells = _cells(seen, {NOWHERE, *named}, years)
    rows = [*named, *(row for row in (ELSEWHERE, NOWHERE) if row in {place for place, _ in cells})]
    return Plot(
        years=years,
        languages=shown,
        others=set(spoken) > set(shown),
        most=max((counted.total() for counted in cells.values()), default=1),
        rows=tuple(Row(row, tuple(_cell(cells[row, year], shown) for year in years)) for row in rows),
    )


def _seen(holdings: Holdings) -> list[tuple[str, int | None, str]]:
    """Each item for each of its countries: the country, its year, its first language."""
    return [
        (country, item.year, next(iter(item.languages), ""))
        for item in holdings.items
        for country in item.countries or (NOWHERE,)
    ]


def _cells(
    seen: Iterable[tuple[str, int | None, str]], rows: set[str], years: Sequence[int | None]
) -> defaultdict[tuple[str, int | None], Counter[str]]:
    """How many items of each language each row and year has. What has no row is elsewhere, what has no year in None."""
    cells: defaultdict[tuple[str, int | None], Counter[str]] = defaultdict(Counter)
    for country, year, code in seen:
        cells[country if country in rows else ELSEWHERE, year if year in years else None][code] += 1
    return cells


def _years(found: set[int | None]) -> tuple[int | None, ...]:
    """The latest years in their order; None, if there are items without a year or of earlier ones, comes first."""
    known = sorted(year for year in found if year is not None)
    shown: list[int | None] = list(known[-_MOST_YEARS:])
    return tuple(shown if len(shown) == len(found) else [None, *shown])


def _cell(counted: Counter[str], languages: Sequence[str]) -> Cell:
    return Cell(counted.total(), tuple(_parts(counted, languages)))


def _parts(counted: Counter[str], languages: Sequence[str]) -> Iterator[Part]:
    start = 0
    lengths = [(counted[code], str(tone), code) for tone, code in enumerate(languages)]
    rest = counted.total() - sum(length for length, _, _ in lengths)
    for length, tone, code in (*lengths, (rest, "rest", "")):
        if length:
            yield Part(start, length, tone, code)
            start += length
