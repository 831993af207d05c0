"use strict";
// Filters, as they are typed (kind:slides, after:2025-05 …) and as the page offers them, and what they select (search/filters.py).
// {kinds, languages, collections, countries, years, paths, places, speakers, columns, namesOnly, after, before}; times in ms.

MaterialsSearch.part("filters", (tables, parts) => {
  const T = tables.filters;
  const K = tables.kinds;
  const D = tables.dates;
  const { fold, wordsOf } = parts.words;
  const { Level, expressionOf } = parts.expression;
  const NONE = {
    kinds: [], languages: [], collections: [], countries: [], years: [], paths: [], places: [], speakers: [], columns: [],
    namesOnly: false, after: null, before: null,
  };
  const COLUMNS = new Map(Object.entries(T.COLUMNS));
  const SYNONYMS = new Map(Object.entries(K.SYNONYMS));
  const CODES = new Set(tables.languages.CODES);
  const LANGUAGES = new Map([...Object.entries(tables.languages.NAMES), ...Object.entries(tables.languages.names)]);
  const [SPACED, RUNS] = [tables.countries.spaced, tables.countries.unspaced].map((names) => new Map(Object.entries(names)));
  const COUNTRIES = new Set(SPACED.values());
  const UNITS = { m: 60e3, min: 60e3, h: 3600e3, d: 24 * 3600e3, w: 7 * 24 * 3600e3 };
  const [CALENDAR, DURATION, YEARS] = [/^(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?$/, /^(\d{1,6})\s*(min|[mhdw])$/, /^(\d{4})(?:-(\d{4}))?$/];

  /** The filters that a page gives, with what they lack. */
  function filled(given) {
    const named = (given.speakers ?? []).map((speaker) => parts.query.clausesOf(speaker)).filter((clauses) => clauses.length);
    return { ...NONE, ...given, speakers: named, kinds: (given.kinds ?? []).map(kindWord) };
  }

  /** Some filters and one more; null when it is not a valid one. */
  function withFilter(filters, name, value) {
    const changed = value.trim() ? changeOf(filters, name.toLowerCase(), value.trim()) : null;
    return changed && { ...filters, ...changed };
  }

  function changeOf(filters, name, value) {
    const more = (key, each) => (each ? { [key]: [...filters[key], each] } : null);
    const lowered = value.toLowerCase();
    switch (name) {
      case "kind": case "type": return more("kinds", kindWord(value));
      case "lang": case "language": case "answer": return more("languages", languageOf(value));
      case "collection": return more("collections", value);
      case "country": return more("countries", countryOf(value));
      case "place": return more("places", fold(value));
      case "path": case "folder": return more("paths", fold(value));
      case "speaker": case "author": {
        const clauses = parts.query.clausesOf(value);
        return more("speakers", clauses.length ? clauses : null);
      }
      case "in": return lowered === "name" ? { namesOnly: true } : more("columns", COLUMNS.get(lowered));
      case "year": {
        const years = value.match(YEARS);
        const [first, last] = years ? [period(years[1]), period(years[2] ?? years[1])] : [];
        return first && last ? { after: first[0], before: last[1] } : null;
      }
      case "after": case "before": {
        const found = period(value);
        return found && { [name]: found[0] };
      }
      default: return null;
    }
  }

  function kindWord(typed) {
    return typed.trim().toLowerCase().replace(/^\./, "");
  }

  function languageOf(value) {
    const name = value.toLowerCase().replace(/[’‘ʻʼ`ʹ´′]/g, "'").replace(/([og])'(?=[a-z])/g, (_, o) => (o === "o" ? "ȯ" : "ġ"));
    return CODES.has(name) ? name : (LANGUAGES.get(name) ?? null);
  }

  function countryOf(value) {
    const code = value.toUpperCase();
    if (COUNTRIES.has(code)) return code;
    const forms = wordsOf(value).map((word) => word.forms);
    const folds = forms.map((each) => each.fold);
    return SPACED.get(folds.join(" ")) ?? (forms.some((each) => each.unspaced) ? RUNS.get(folds.join("")) : null) ?? null;
  }

  /** The period that a date denotes, [from, until]; null for no date. */
  function period(text) {
    const now = new Date();
    const day = (year, month, date) => new Date(year, month, date).getTime();
    const [word, calendar] = [text.toLowerCase(), text.match(CALENDAR)];
    if (word === "today" || word === "yesterday") {
      const date = now.getDate() - (word === "yesterday");
      return [day(now.getFullYear(), now.getMonth(), date), day(now.getFullYear(), now.getMonth(), date + 1)];
    }
    if (calendar) {
      const [year, month, date] = calendar.slice(1).map(Number);
      const first = new Date(year, (month || 1) - 1, date || 1);
      if (year < 100 || first.getMonth() !== (month || 1) - 1 || first.getDate() !== (date || 1)) return null;
      return [first.getTime(), date ? day(year, month - 1, date + 1) : month ? day(year, month, 1) : day(year + 1, 0, 1)];
    }
    const ago = word.match(DURATION);
    const moment = ago ? now - Number(ago[1]) * UNITS[ago[2]] : Date.parse(text);
    return Number.isNaN(moment) ? null : [moment, moment];
  }

  /** An expression for sections, with what the index itself can answer; null when it would find everything. */
  function narrowed(filters, expression) {
    const found = [];
    if (expression) found.push(filters.columns.length ? { all: [expression], columns: filters.columns } : expression);
    if (filters.languages.length) {
      found.push({ any: filters.languages.map((code) => parts.expression.one(tables.languages.LANGUAGE + code)) });
    }
    return found.length > 1 ? { all: found } : (found[0] ?? null);
  }

  /** The items that the filters select, a set; null when every item is. */
  function matching(catalogue, filters) {
    const { collections } = parts.filters.atPlaces(catalogue, filters);
    const tests = [];
    if (collections.length) tests.push((item) => collections.includes(item.collection));
    for (const clauses of filters.speakers) {
      const found = ofSpeaker(catalogue, clauses);
      tests.push((item) => found.has(item.number));
    }
    if (filters.kinds.length) tests.push((item) => filters.kinds.some((word) => isKind(item, word)));
    if (filters.countries.length) tests.push((item) => item.countries.some((code) => filters.countries.includes(code)));
    if (filters.years.length) tests.push((item) => filters.years.map(Number).includes(item.year));
    for (const path of filters.paths) tests.push((item) => fold(item.path).includes(path));
    if (filters.after !== null) tests.push((item) => item.when >= filters.after);
    if (filters.before !== null) tests.push((item) => item.when < filters.before);
    if (!tests.length) return null;
    return new Set(catalogue.items.filter((item) => tests.every((test) => test(item))).map((item) => item.number));
  }

  function isKind(item, word) {
    return (SYNONYMS.get(word) ?? word) === item.kind || item.path.toLowerCase().endsWith(`.${word}`);
  }

  /** The filters with those of places as filters of collections. */
  function atPlaces(catalogue, filters) {
    if (!filters.places.length) return filters;
    const all = catalogue.listed.filter((each) => filters.places.every((place) => fold(each.place ?? "").includes(place)));
    const there = all.map((each) => each.slug).filter((slug) => !filters.collections.length || filters.collections.includes(slug));
    return { ...filters, collections: there.length ? there : [T.NOWHERE] };
  }

  /** The numbers of the items whose author has the name, or whose first section, where decks name their speaker. */
  function ofSpeaker(catalogue, clauses) {
    const { Finder, highlight } = parts.snippet;
    for (const level of [Level.WORD, Level.PREFIX, Level.TRUNCATED, Level.SOUND]) {
      const expression = expressionOf(clauses, level);
      const finder = new Finder(clauses, level);
      const has = (text) => highlight([text], finder, tables.snippet.MAX_TEXT).matched.size === clauses.length;
      const found = new Set();
      for (const number of catalogue.names.find(expression).keys()) {
        if (has(catalogue.items[number].people)) found.add(number);
      }
      for (const row of catalogue.sections.find({ all: [expression], columns: ["title", "body"] }).keys()) {
        const section = catalogue.rows[row];
        if (section.position === 1 && has(`${section.title} ${section.body}`)) found.add(section.item);
      }
      if (found.size) return found;
    }
    return new Set();
  }

  return { NONE, filled, withFilter, narrowed, matching, atPlaces };
});
