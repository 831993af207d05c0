"use strict";
// What means the same in other words, mostly of other languages (search/equivalents.py, search/widen.py): found behind the words
// as they were typed, and told apart from them.

MaterialsSearch.part("widen", (tables, parts) => {
  const T = tables.widen;
  const E = tables.equivalents;
  const KEYS = new Map(Object.entries(tables.meanings.keys));
  const CONCEPTS = tables.meanings.concepts;
  const { Level, expressionOf } = parts.expression;
  const { tierOf } = parts.engine;
  const { content, termOf, asTyped } = parts.query;
  const { graphemes, isUpper, wordsOf } = parts.words;
  const { withoutParticle } = parts.alphabets;

  const isAbbreviation = (word) => Array.from(word).length <= E.LONGEST_ABBREVIATION && isUpper(word);
  const isPlain = (clause) => clause.length === 1 && !clause[0].exact && !clause[0].prefix;

  /** The query with the other terms that the archive has: {clauses, concepts, also}; null if there are none. */
  function widened(passages, query) {
    const [clauses, concepts, also] = [[], [], new Set()];
    const bare = new Set(content(query).clauses.map(([term]) => term));
    for (const [part, spellings] of partsOf(query)) {
      if (!spellings.length && !bare.has(part[0][0])) continue;
      const known = knownOf(passages, spellings);
      const typed = part.length === 1 ? part[0] : [together(part)];
      const clause = [...typed, ...known.map(([, term]) => term)];
      clauses.push(clause);
      if (!known.length) continue;
      concepts.push(clause);
      const own = new Set(part.flatMap(([term]) => term.words.map((forms) => forms.fold)));
      for (const [name, term] of known) if (term.words.some((forms) => !own.has(forms.fold))) also.add(name);
    }
    return concepts.length ? { clauses, concepts, also: [...also] } : null;
  }

  /** The ways to search, from strict to loose: all words, all concepts, any of them. */
  function tiersOf({ clauses, concepts }) {
    const every = (wanted, more = {}) => tierOf(wanted, Level.WORD, { loose: true, ...more });
    const all = clauses.length === concepts.length;
    const tiers = [every(clauses), every(clauses, { inName: true, loose: false }), ...(all ? [] : [every(concepts)])];
    return concepts.length > 1 ? [...tiers, every(concepts, { atLeast: 1 })] : tiers;
  }

  const isSure = (hit) => T.SURE.includes(hit.match);

  /** Hits for the words as typed and those for others: the sure ones, then what lacks the fewest words, each list in its order. */
  function withOtherWords(hits, others, limit, extra) {
    const place = (hit) => `${hit.item} ${hit.row ?? ""}`;
    const found = new Map(hits.filter(isSure).map((hit) => [place(hit), hit]));
    const typed = hits.filter((hit) => !found.has(place(hit)));
    const added = others.filter((hit) => !found.has(place(hit))).slice(0, mostOthers(found.size, limit, extra));
    while (typed.length || added.length) {
      const first = typed.length && !(added.length && added[0].missing.length < typed[0].missing.length) ? typed : added;
      const hit = first.shift();
      if (!found.has(place(hit))) found.set(place(hit), hit);
    }
    return [...found.values()];
  }

  /** How many hits in other words there may be beside so many sure ones. */
  function mostOthers(sure, limit, extra) {
    return Math.max(extra, limit - sure);
  }

  /** The clauses of a query, one by one or, if some mean something together, these; and the other terms for them. */
  function partsOf(query) {
    const plain = query.clauses.map(isPlain);
    const numbered = query.clauses.flatMap(([term], number) => (plain[number] ? term.words.map((forms) => [number, forms]) : []));
    const found = new Map();
    for (const [start, end, spellings] of find(numbered.map(([, forms]) => [asTyped(query, forms), forms]))) {
      const [first, last] = [numbered[start][0], numbered[end - 1][0]];
      const whole = numbered.filter(([number]) => number === first).length <= end - start;
      if (whole && plain.slice(first, last + 1).every(Boolean)) found.set(first, [last, spellings]);
    }
    const told = [];
    for (let at = 0; at < query.clauses.length; ) {
      const [last, spellings] = found.get(at) ?? [at, []];
      told.push([query.clauses.slice(at, last + 1), spellings]);
      at = last + 1;
    }
    return told;
  }

  /** The longest terms among some words, each with what else means the same: [start, end, spellings]. */
  function find(typed) {
    const found = [];
    for (let at = 0; at < typed.length; ) {
      const [length, numbers] = beginning(typed.slice(at, at + E.LONGEST));
      if (numbers.length) found.push([at, at + length, [...new Set(numbers.flatMap((number) => CONCEPTS[number]))]]);
      at += length;
    }
    return found;
  }

  /** The longest term that some words begin with: of how many words, and its concepts. */
  function beginning(typed) {
    for (let length = typed.length; length > 0; length--) {
      const forms = typed.slice(0, length).map(([, each]) => each);
      const keys = [forms.map((each) => each.fold).join(" "), forms.map((each) => each.stems[0] ?? each.fold).join(" ")];
      if (forms.some((each) => each.unspaced)) keys.push(forms.map((each) => each.fold).join(""));
      if (length === 1 && forms[0].unspaced) keys.push(withoutParticle(forms[0].fold), ...pieces(forms[0].fold));
      else if (length === 1 && isAbbreviation(typed[0][0])) keys.unshift(E.CAPITALS + forms[0].fold);
      const key = keys.find((each) => KEYS.has(each));
      if (key !== undefined) return [length, KEYS.get(key)];
    }
    return [1, []];
  }

  /** The parts of a run without spaces that may be a term, the longest first. */
  function pieces(run) {
    const units = graphemes(run);
    const found = [];
    for (let length = Math.min(units.length - 1, E.LONGEST_RUN); length >= E.SHORTEST_RUN; length--) {
      for (let start = 0; start <= units.length - length; start++) found.push(units.slice(start, start + length).join(""));
    }
    return found;
  }

  function together(part) {
    return termOf(part.flatMap(([term]) => term.words), { loose: true });
  }

  /** The terms among some spellings that the archive has: [spelling, term]. */
  function knownOf(passages, spellings) {
    return spellings.slice(0, T.MOST_TERMS).flatMap((spelling) => {
      const words = wordsOf(spelling).map((word) => word.forms);
      if (!words.length) return [];
      const term = termOf(words, { loose: true, literal: words.length === 1 && isUpper(spelling) });
      return passages.count(expressionOf([[term]], Level.WORD), 1) ? [[spelling, term]] : [];
    });
  }

  return { widened, tiersOf, isSure, mostOthers, withOtherWords };
});
