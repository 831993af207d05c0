"use strict";
// From what was typed to what the page shows: the whole query, then its words apart, corrected, by their sound, some of its
// words, or some parts of a sentence without spaces (search/engine.py, search/partial.py, search/runs.py).

MaterialsSearch.part("answers", (tables, parts) => {
  const T = tables.engine;
  const C = tables.ranking;
  const A = tables.partial;
  const R = tables.runs;
  const { catalogue } = parts;
  const { Level, expressionOf } = parts.expression;
  const { Passages, byPath, tierOf, soundTiers, collected, rankedOf, find, found, narrowed, total } = parts.engine;
  const { content, parse, quoted, termOf, typed, unquoted } = parts.query;
  const { formsOf, graphemes, same } = parts.words;
  const { corrections, isKnown } = parts.suggest;
  const { widened, tiersOf, isSure, mostOthers, withOtherWords } = parts.widen;
  const { ORDER } = parts.match;
  const PARTIAL = Level.ANY_SOUND;

  /**
   * What a search found: {hits, total, absent, also, phrasesSplit, suggestions, idle, alone, onlyExcludes}. filters: as the page offers them; hits: the surest
   * first, {item, section, match, missing, snippet, score}: the item's id and the section's number (null for the item's name),
   * one of exact, form, alphabet, meaning, sound, some; also: what else was searched for, since it means the same; absent: the words that the archive has nowhere; suggestions: the query with its
   * spelling corrected, for which the hits are; phrasesSplit: no text has the quoted phrases, and the hits are for their words;
   * idle: each OR that had nothing to join and was left out; alone: the operators that were typed without any word; onlyExcludes: the query says only what to leave out.
   */
  function search(text, given, limit) {
    const query = parse(text.toWellFormed?.() ?? text, parts.filters.filled(given));
    const chosen = parts.filters.matching(catalogue, query.filters);
    const passages = new Passages(catalogue, chosen);
    if (!query.clauses.length && !query.filters.languages.length) {
      return told(query, query.excluded.length ? answer([], { total: 0, onlyExcludes: true }) : listed(passages, limit)); // what is only to be left out finds nothing
    }
    let found_ = searched(passages, query, limit);
    const others = new Passages(catalogue, chosen);
    const wider = query.clauses.length ? widened(others, query) : null;
    if (!wider) return told(query, found_);
    const wanted = mostOthers(found_.hits.filter(isSure).length, limit, T.MOST_OTHERS);
    const added = inOtherWords(others, query, wider, Math.min(limit + T.MOST_OTHERS, Math.max(C.CANDIDATES, wanted)));
    if (found_.suggestions.length && added.some((hit) => !hit.missing.length)) {
      found_ = searched(new Passages(catalogue, chosen), query, limit, false); // nothing is wrong with words that have an answer
    }
    const hits = withOtherWords(found_.hits, added, limit, T.MOST_OTHERS);
    return told(query, { ...found_, hits, also: hits.some((hit) => hit.match === "meaning") ? wider.also : [] });
  }

  /** What is found when words may be replaced by others that mean the same, each with the words that it lacks. */
  function inOtherWords(passages, query, wider, most) {
    const tiers = tiersOf(wider);
    const wanted = content(query).clauses;
    // What has the very words that were typed, behind those that were asked for, is no other word.
    const asTyped = (candidate) => {
      const { matched } = passages.compare(passages.texts(candidate), { clauses: wanted, level: tiers[0].level });
      return matched.size === wanted.length;
    };
    const ranked = rankedOf(passages, collected(passages, query, tiers, most), tiers).slice(0, most);
    return ranked.filter(([, candidate]) => !asTyped(candidate)).map(([score, candidate]) => {
      const tier = tiers[candidate.tier];
      const { matched } = passages.highlights(candidate, tier);
      const there = new Set([...matched.keys()].map((number) => tier.clauses[number]));
      const every = tier.clauses.length === wider.clauses.length && !tier.atLeast;
      const lacking = every ? [] : wider.clauses.filter((clause) => !there.has(clause));
      return { ...passages.hit(candidate, tier, score), match: "meaning", missing: lacking.map((clause) => typed(query, clause)) };
    });
  }

  /** What is found for the words as they were typed or, if that is nothing, for their corrected spelling. */
  function searched(passages, query, limit, correcting = true) {
    let wanted = query;
    let first = find(passages, wanted, limit);
    const phrasesSplit = quoted(query) && !first.hits.length;
    if (phrasesSplit) {
      wanted = unquoted(query);
      first = find(passages, wanted, limit);
    }
    const bare = content(wanted);
    let tried = null;
    for (const better of first.spelled || !correcting ? [] : corrections(bare, first.hits.length > 0)) {
      const { hits } = find(passages, better, limit);
      if (hits.length) {
        const both = distinct([...hits, ...first.hits]).slice(0, limit);
        return answer(both, { suggestions: [better.text], total: total(passages, better, both, limit) });
      }
      tried = differsByOne(bare, better) ? content(better) : tried;
    }
    let { hits } = first;
    if (!hits.length) ({ hits } = found(passages, bare, soundTiers(passages, bare, PARTIAL), limit));
    const others = tried && !hits.length ? withSomeWords(passages, tried, limit) : [];
    if (others.length) {
      const both = distinct([...withSomeWords(passages, bare, limit), ...others]).slice(0, limit);
      return answer(both, { suggestions: [tried.text], absent: absent(tried, both), total: both.length });
    }
    if (!first.sure) hits = withParts(passages, bare, hits, limit);
    const all = total(passages, wanted, hits, limit);
    return answer(surestFirst(hits), { phrasesSplit, absent: absent(bare, hits), total: all });
  }

  function answer(hits, more) {
    return { hits, suggestions: [], absent: [], also: [], phrasesSplit: false, onlyExcludes: false, ...more };
  }

  /** An answer for the page, which knows items by their ids and sections by their numbers. */
  function told({ idle, alone }, found_) {
    const hits = found_.hits.map(({ item, row, ...rest }) => {
      return { item: catalogue.items[item].id, section: row === null ? null : catalogue.rows[row].number, ...rest };
    });
    return { ...found_, hits, idle, alone };
  }

  /** The items that the filters select, by path. */
  function listed(passages, limit) {
    const items = catalogue.items.filter((item) => passages.chosen?.has(item.number));
    items.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
    const hits = items.slice(0, limit).map(({ number, path }) => {
      const name = [[path.slice(path.lastIndexOf("/") + 1), false]];
      return { item: number, row: null, match: "exact", missing: [], snippet: name, score: 0 };
    });
    return answer(hits, { total: items.length });
  }

  /** Whether one word was corrected: of several, hardly all are what was meant. */
  function differsByOne(query, corrected) {
    const before = new Set(query.words.map((word) => same(word.forms)));
    return new Set(corrected.words.map((word) => same(word.forms)).filter((each) => !before.has(each))).size === 1;
  }

  /** The words that the archive has nowhere, unless what was found has all of them in its spelling. */
  function absent(query, hits) {
    if (hits.some((hit) => hit.match === "exact" || hit.match === "form")) return [];
    return query.clauses.filter((clause) => !isKnown(clause)).map((clause) => typed(query, clause));
  }

  /** Another form and another alphabet are equally sure. */
  function surestFirst(hits) {
    const order = (match) => ORDER.indexOf(match === "alphabet" ? "form" : match);
    return [...hits].sort((a, b) => order(a.match) - order(b.match));
  }

  function distinct(hits) {
    const first = new Map();
    for (const hit of hits) {
      const key = `${hit.item} ${hit.row ?? ""}`;
      if (!first.has(key)) first.set(key, hit);
    }
    return [...first.values()];
  }

  /** Some hits and, if they are few, what has only some of the words or, if there are none, some parts of a run. */
  function withParts(passages, query, hits, limit) {
    const pieces = hits.length ? null : inParts(query);
    if (pieces) hits = withSomeWords(passages, pieces, limit).map((hit) => ({ ...hit, match: "some" }));
    if (hits.length < C.FEW_HITS && query.clauses.length > 1) {
      hits = distinct([...hits, ...withSomeWords(passages, query, limit)]).slice(0, limit);
    }
    return hits;
  }

  /** The query with each run that may be several words as those of its parts that occur; null when there are none. */
  function inParts(query) {
    let changed = false;
    const clauses = query.clauses.flatMap((clause) => {
      const [term] = clause;
      const single = clause.length === 1 && term.words.length === 1 && !term.exact && term.words[0].unspaced;
      const pieces = single ? piecesOf(term.words[0]) : null;
      changed ||= Boolean(pieces);
      return pieces ?? [clause];
    });
    return changed && clauses.length ? { ...query, clauses } : null;
  }

  /** From left to right the longest parts of a run that any text has; null for a run that is too short. */
  function piecesOf(forms) {
    const units = graphemes(forms.fold).slice(0, R.LONGEST_RUN);
    if (units.length < R.SHORTEST_RUN) return null;
    const pieces = [];
    let start = 0;
    while (start < units.length) {
      let end = Math.min(units.length, start + R.LONGEST);
      const piece = () => termOf([formsOf(units.slice(start, end).join(""))], { exact: true });
      while (end >= start + R.SHORTEST && !isKnown([piece()])) end--;
      if (end >= start + R.SHORTEST) pieces.push([{ ...piece(), exact: false }]);
      start = end >= start + R.SHORTEST ? end : start + 1;
    }
    return pieces;
  }

  /** The sections that have the weightiest of the words, as hits, the best first. */
  function withSomeWords(passages, asked, limit) {
    const query = { ...asked, clauses: passages.withEstablished(asked.clauses) };
    const weights = query.clauses.map((clause) => {
      const count = passages.count(expressionOf([clause], PARTIAL), A.MAX_COUNTED);
      return count ? Math.log(1 + (catalogue.sections.size + 1) / count) : 0;
    });
    const sum = weights.reduce((total_, weight) => total_ + weight, 0);
    if (!sum) return [];
    const tier = tierOf(query.clauses, PARTIAL, { atLeast: 1 });
    const named = query.clauses.map((clause) => catalogue.names.find(expressionOf([clause], Level.WORD)));
    const compared = [];
    for (const candidate of someCandidates(passages, query, weights)) {
      const { matched } = passages.highlights(candidate, tier);
      if (!matched.size) continue;
      const degrees = weights.map((_, number) =>
        Math.max(named[number].has(candidate.item) ? A.IN_NAME : 0, matched.get(number)?.degree ?? 0),
      );
      const rank = candidate.rank / A.RANKS;
      const covered = (each) => weights.reduce((total_, weight, at) => total_ + weight * each[at], 0) / sum;
      const missing = query.clauses.filter((_, number) => !degrees[number]).map((clause) => typed(query, clause));
      const score = covered(degrees.map((degree) => degree && (1 + degree) / 2)) + rank;
      compared.push({ candidate, score, least: covered(degrees), missing });
    }
    const least = Math.max(0, ...compared.map((each) => each.least)) * A.MIN_OF_BEST;
    const enough = compared.filter((each) => each.least >= least);
    const path = ({ candidate }) => catalogue.items[candidate.item].path;
    enough.sort(
      (a, b) => b.score - a.score || byPath(path(a), path(b)) || (a.candidate.row ?? -1) - (b.candidate.row ?? -1),
    );
    return enough.slice(0, limit).map(({ candidate, score, missing }) => passages.hit(candidate, tier, score, missing));
  }

  /** What has any of the weightiest words: sections by their spelling and by their sound, and the names of other items. */
  function someCandidates(passages, query, weights) {
    const numbers = [...weights.keys()].filter((number) => weights[number]).sort((a, b) => weights[b] - weights[a]);
    const clauses = numbers.slice(0, A.MAX_WORDS).map((number) => query.clauses[number]);
    const ranks = new Map();
    for (const level of [Level.PREFIX, PARTIAL]) {
      const expression = narrowed(query, expressionOf(clauses, level, false));
      for (const [row, rank] of passages.sections(expression, A.CANDIDATES)) ranks.set(row, rank);
    }
    const chosen = [...ranks].map(([row, rank]) => ({ item: catalogue.rows[row].item, row, rank, tier: -1 }));
    if (query.filters.columns.length || query.filters.languages.length) return chosen;
    const items = new Set(chosen.map(({ item }) => item));
    const names = passages.names(expressionOf(clauses, Level.PREFIX, false), A.CANDIDATES);
    const others = names.filter(([item]) => !items.has(item));
    return [...chosen, ...others.map(([item, rank]) => ({ item, row: null, rank, tier: -1 }))];
  }

  return { search };
});
