"use strict";
// Dates and numbers in a query: the ways in which texts write the same one (search/values.py).

MaterialsSearch.part("values", (tables, parts) => {
  const T = tables.values;
  const { pattern, fold } = parts.words;
  const DATED = [T.NUMERIC, T.KOREAN, T.DAY_MONTH, T.MONTH_DAY].map((given) => pattern(given, "g"));
  const NUMBER = pattern(T.NUMBER, "g");
  const DECIMAL = pattern(T.DECIMAL, "dg");
  const WORD = pattern(tables.fold.word_pattern, "y");
  const MONTHS = new Map(Object.entries(T.numbers_of_months));
  const UNITS = new Map(Object.entries(T.units));
  const two = (number) => String(number).padStart(2, "0");
  const digits = (text) => Number(fold(text ?? "0"));

  /** The dates and numbers of a text of which not only the beginning was typed, in order: {start, end, spellings}. */
  function valuesIn(text) {
    if (!/\p{Nd}/u.test(text)) return [];
    const found = [...datesIn(text), ...numbersIn(text), ...decimalsIn(text)].sort((a, b) => a.start - b.start || b.end - a.end);
    const apart = found.filter((value, place) => !found.slice(0, place).some((before) => before.end > value.start));
    return apart.filter(({ end }) => text[end] !== "*");
  }

  const endOf = (match) => match.index + match[0].length;

  function valueOf(match, ways, joined = "") {
    return { start: match.index, end: endOf(match) + joined.length, spellings: [...new Set([match[0] + joined, ...ways])] };
  }

  /** What is joined to a value that ends there, and begins with a letter. */
  function joinedTo(text, end) {
    WORD.lastIndex = end;
    return /^\p{L}/u.test(text.slice(end)) ? (WORD.exec(text)?.[0] ?? "") : "";
  }

  /** The amounts whose last decimal is a zero, or may be: 2.5 and 2.50, but not 2.1, which 2.10 need not be. */
  function decimalsIn(text) {
    return [...text.matchAll(DECIMAL)].flatMap((match) => {
      const [whole, part] = [fold(match.groups.whole), fold(match.groups.part)];
      const stated = match.groups.before || match.groups.behind || Number(whole) === 0;
      if ((part.length > 1 && part[1] !== "0") || !(stated || Number(`${part[0]}0`) > T.LAST_NUMBER)) return [];
      const spellings = [...new Set([part, part[0], `${part[0]}0`])].map((each) => `${whole}.${each}`);
      return [{ start: match.indices.groups.whole[0], end: endOf(match), spellings }];
    });
  }

  function datesIn(text) {
    return DATED.flatMap((dated, kind) =>
      [...text.matchAll(dated)]
        .map((match) => [match, partsOf(match, kind)])
        .filter(([, date]) => exists(...date))
        .map(([match, date]) => dateOf(match, [match[0], ...waysOf(...date)], joinedTo(text, endOf(match)))),
    );
  }

  /** A date to which a mark of the year may be joined, which texts may leave out. */
  function dateOf(match, ways, joined) {
    const marked = joined ? ways.filter((way) => /\p{Nd}$/u.test(way)).map((way) => way + joined) : [];
    return valueOf(match, [...ways, ...marked], joined);
  }

  function partsOf(match, kind) {
    if (kind === 0) return (match[1] ? [match[1], match[2], match[3]] : [match[6], match[5], match[4]]).map(digits);
    if (kind === 1) return [match[1], match[2], match[3]].map(digits);
    const [day, name] = kind === 2 ? [match[1], match[2]] : [match[2], match[1]];
    return [digits(match[3]), MONTHS.get(fold(name)) ?? 0, digits(day)];
  }

  function exists(year, month, day) {
    const date = new Date(Date.UTC(year || 2000, month - 1, day));
    return month > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day && (!year || year >= 1000);
  }

  function waysOf(year, month, day) {
    const ways = [];
    if (year) {
      ways.push(`${two(day)}.${two(month)}.${year}`, `${day}.${month}.${year}`);
      ways.push(`${year}-${two(month)}-${two(day)}`, `${year}.${month}.${day}`);
    }
    const end = year ? ` ${year}` : "";
    for (const name of T.names_of_months[month - 1]) {
      ways.push(`${day} ${name}${end}`, `${name} ${day}${end}`);
      if (year) ways.push(`${year} ${name} ${day}`);
    }
    return [...ways, year ? `${year}년 ${month}월 ${day}일` : `${month}월 ${day}일`];
  }

  /** How much a unit is; 0 for what is none. */
  const worthOf = (name) => UNITS.get(fold(name)) ?? 0;

  function numbersIn(text) {
    return [...text.matchAll(NUMBER)].flatMap((match) => {
      const value = match[1]
        ? digits(match[1].replace(/\P{Nd}/gu, ""))
        : Math.round(digits(match[3].replace(",", ".")) * (worthOf(match[4]) || worthOf(`${match[4]} ${match[5]}`)));
      if (value < T.FEWEST || (T.FIRST_YEAR <= value && value <= T.LAST_YEAR)) return [];
      const ways = match[2] ? waysOfDecimal(value, fold(match[2])) : waysOfNumber(value);
      const joined = match[1] ? joinedTo(text, endOf(match)) : "";
      return [valueOf(match, joined ? counting([match[0], ...ways], joined) : ways, joined)];
    });
  }

  /** The ways to write a number with what is counted, which texts may set apart. */
  function counting(ways, joined) {
    const counts = ways.filter((way) => !/\p{L}/u.test(way));
    return ["", " "].flatMap((space) => counts.map((way) => way + space + joined));
  }

  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, " ");

  /** A number with one or two decimals, of which the second may be a zero. */
  function waysOfDecimal(value, decimals) {
    const ways = decimals.length === 1 || decimals[1] === "0" ? [decimals[0], `${decimals[0]}0`] : [decimals];
    return ways.flatMap((each) => [`${value}.${each}`, `${grouped(value)}.${each}`]);
  }

  function waysOfNumber(value) {
    const ways = [String(value), grouped(value)];
    for (const unit of [...new Set(UNITS.values())].sort((a, b) => a - b)) {
      const count = String(Number((value / unit).toFixed(2)));
      if (value < unit || Math.round(Number(count) * unit) !== value) continue;
      for (const [name, worth] of UNITS) if (worth === unit) ways.push(`${count} ${name}`);
    }
    return value % T.MAN === 0 ? [...ways, `${value / T.MAN}만`] : ways;
  }

  return { valuesIn };
});
