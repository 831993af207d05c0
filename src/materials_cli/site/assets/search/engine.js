"use strict";
// A query → ranked hits (search/tiers.py, search/ranking.py, search/passages.py): in tiers from strict to loose until there
// are enough, compared with the texts, the surest first.
// A candidate is {item, row, rank, tier}: a section, or without a row the name of an item. A tier is {clauses, level, inName,
// atLeast, loose}.

MaterialsSearch.part("engine", (tables, parts) => {
  const T = tables.ranking;
  const P = tables.passages;
  const { Level, bySound, expressionOf, excluding } = parts.expression;
  const { Finder, highlight, snippet } = parts.snippet;
  const { worst } = parts.match;
  const { compounds, content, spelledInHangul, spelledInLao } = parts.query;

  const tierOf = (clauses, level, more = {}) => ({ clauses, level, inName: false, atLeast: 0, loose: false, ...more });
  const isVerified = (tier) => Boolean(tier.atLeast) || tier.loose || bySound(tier.level);
  const keyOf = (candidate) => `${candidate.item} ${candidate.row ?? ""}`;
  const byPath = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

  /** An expression for sections with the query's filters, and no excluded term; null when it would find everything. */
  function narrowed(query, expression) {
    const found = parts.filters.narrowed(query.filters, expression);
    return found && excluding(found, query.excluded);
  }

  /** The sections and names that a search may find, and their texts; chosen: the items it is narrowed to, or null. */
  class Passages {
    constructor(catalogue, chosen) {
      this.catalogue = catalogue;
      this.chosen = chosen;
      this.compared = new Map();
      this.finders = new Map();
      this.rarities = new Map();
    }

    sections(expression, limit, items = this.chosen) {
      if (!expression) return [];
      const { rows, sections } = this.catalogue;
      return sections.best(expression, limit, items && ((row) => items.has(rows[row].item)));
    }

    names(expression, limit) {
      return this.catalogue.names.best(expression, limit, this.chosen && ((item) => this.chosen.has(item)));
    }

    /** Clauses in which those are marked as known that many sections or names have in their spelling. */
    withEstablished(clauses) {
      return clauses.map((clause) => {
        const known = this.count(expressionOf([clause], Level.WORD), P.MANY) >= P.MANY;
        return clause.map((term) => ({ ...term, known }));
      });
    }

    count(expression, limit) {
      const { names, sections } = this.catalogue;
      return Math.min(sections.find(expression).size + names.find(expression).size, limit);
    }

    /** In how many sections of the items that the search is narrowed to an expression is. */
    extent(expression) {
      return this.sections(expression, Infinity).length;
    }

    /** How much a clause tells a section from others, above 0. */
    rarity(clause) {
      if (!this.rarities.has(clause)) {
        const found = this.extent(expressionOf([clause], Level.WORD));
        this.rarities.set(clause, Math.log(1 + (1 + this.catalogue.rows.length) / (1 + found)));
      }
      return this.rarities.get(clause);
    }

    highlights(candidate, tier) {
      const key = `${keyOf(candidate)} ${candidate.rank} ${candidate.tier}`;
      if (!this.compared.has(key)) this.compared.set(key, this.compare(this.texts(candidate), tier));
      return this.compared.get(key);
    }

    compare(texts, tier) {
      if (!this.finders.has(tier.clauses)) this.finders.set(tier.clauses, new Map());
      const levels = this.finders.get(tier.clauses);
      if (!levels.has(tier.level)) levels.set(tier.level, new Finder(tier.clauses, tier.level));
      return highlight(texts, levels.get(tier.level), P.MAX_TEXT);
    }

    /** The texts of a candidate, the one that a snippet is best taken from first. */
    texts({ item, row }) {
      if (row === null) return this.catalogue.items[item].fields;
      const { body, notes, title } = this.catalogue.rows[row];
      return [body, notes, title];
    }

    /** A candidate as a hit; missing: the words that it lacks. */
    hit(candidate, tier, score, missing = []) {
      let highlights = this.highlights(candidate, tier);
      if (!highlights.spans.some((spans) => spans.length)) highlights = this.furtherOn(candidate, tier) ?? highlights;
      const match = missing.length ? "some" : this.match(candidate, tier, highlights);
      return { item: candidate.item, row: candidate.row, match, missing, snippet: snippet(highlights), score };
    }

    /** How a candidate was found: words that its text lacks may stand in the name of its item. */
    match(candidate, tier, { matched }) {
      let found = matched;
      if (matched.size < tier.clauses.length && candidate.row !== null) {
        found = new Map([...this.compare(this.texts({ ...candidate, row: null }), tier).matched, ...matched]);
      }
      if (!found.size && tier.clauses.length) return "form";
      return worst([...found.values()].map((similar) => similar.match));
    }

    /** Where long texts match after their beginning: parts with the first letters of a word are tried first. */
    furtherOn(candidate, tier) {
      const texts = this.texts(candidate);
      const letters = tier.clauses.flatMap((clause) => clause.map((term) => term.words[0].spelled.slice(0, P.FIRST_LETTERS)));
      const longest = Math.max(...texts.map((text) => text.length));
      const later = [];
      for (let start = P.MAX_TEXT; start < longest; start += P.MAX_TEXT) {
        later.push(texts.map((text) => text.slice(start, start + P.MAX_TEXT)));
      }
      const likely = (part) => letters.some((first) => part.some((text) => text.toLowerCase().includes(first)));
      for (const part of [...later.filter(likely), ...later.filter((each) => !likely(each))]) {
        const highlights = this.compare(part, tier);
        if (highlights.spans.some((spans) => spans.length)) return highlights;
      }
      return null;
    }
  }

  /** The ways to search for all words, from strict to loose: first as typed, then without those of grammar and asking. */
  function tiersOf(passages, query) {
    const bare = content(query);
    const inHangul = spelledInHangul(query);
    const inLao = spelledInLao(bare);
    return [
      ...spelledTiers(query.clauses),
      ...(sameClauses(bare.clauses, query.clauses) ? [] : spelledTiers(bare.clauses)),
      ...(inHangul.length ? [tierOf(inHangul, Level.SOUND)] : []),
      ...soundTiers(passages, bare, Level.SOUND),
      ...(inLao ? soundTiers(passages, inLao, Level.SOUND) : []),
      tierOf(bare.clauses, Level.TRUNCATED),
    ];
  }

  function sameClauses(one, other) {
    return one.length === other.length && one.every((clause, at) => clause === other[at] || clause[0] === other[at][0]);
  }

  function spelledTiers(clauses) {
    if (!clauses.length) return [tierOf(clauses, Level.WORD)];
    return [tierOf(clauses, Level.WORD), tierOf(clauses, Level.WORD, { inName: true }), tierOf(clauses, Level.PREFIX)];
  }

  /** The ways to search for all words by the sound of those that few have in their spelling; none if there are none. */
  function soundTiers(passages, query, level) {
    const marked = compounds(query).map((clauses) => passages.withEstablished(clauses));
    const known = marked[0].every((clause) => clause.every((term) => term.known));
    return marked.slice(known ? 1 : 0).map((clauses) => tierOf(clauses, level));
  }

  function find(passages, query, limit) {
    return found(passages, query, tiersOf(passages, query), limit);
  }

  /** Collect candidates tier by tier, and rank them: {hits, spelled, sure}. */
  function found(passages, query, tiers, limit) {
    const ranked = rankedOf(passages, collected(passages, query, tiers, limit), tiers);
    const hits = ranked.slice(0, limit).map(([score, candidate]) => passages.hit(candidate, tiers[candidate.tier], score));
    const used = ranked.map(([, candidate]) => tiers[candidate.tier]);
    return {
      hits,
      spelled: used.some((tier) => !isVerified(tier)),
      sure: used.some((tier) => tier.level <= Level.PREFIX),
    };
  }

  function collected(passages, query, tiers, limit) {
    const chosen = new Map();
    let unheard = Math.max(limit, T.CANDIDATES_TO_VERIFY); // of those that may only sound alike, how many are still compared
    tiers.forEach((tier, number) => {
      if (chosen.size >= (isVerified(tier) ? Math.min(limit, T.FEW_HITS) : limit)) return;
      const heard = isVerified(tier) && !tier.loose;
      const most = heard ? unheard : Math.max(limit, T.CANDIDATES);
      for (const candidate of most > 0 ? candidates(passages, query, tier, number, most) : []) {
        unheard -= heard;
        const key = keyOf(candidate);
        if (!chosen.has(key) && isMeant(passages, candidate, tier)) chosen.set(key, candidate);
      }
    });
    return [...chosen.values()];
  }

  function isMeant(passages, candidate, tier) {
    return !isVerified(tier) || passages.highlights(candidate, tier).matched.size >= (tier.atLeast || tier.clauses.length);
  }

  function candidates(passages, query, tier, number, limit) {
    const { namesOnly, columns, languages } = query.filters;
    const every = !tier.atLeast;
    const places = namesOnly ? [] : sectionsOf(passages, query, tier, limit);
    const chosen = places.map(([row, rank]) => ({ item: passages.catalogue.rows[row].item, row, rank, tier: number }));
    if (!tier.clauses.length || columns.length || languages.length || tier.inName) return chosen;
    const named = passages.names(expressionOf(tier.clauses, tier.level, every), limit);
    return [...chosen, ...named.map(([item, rank]) => ({ item, row: null, rank, tier: number }))];
  }

  function sectionsOf(passages, query, tier, limit) {
    if (tier.inName) {
      return besideNames(passages, query, tier.clauses).flatMap(([expression, items]) =>
        passages.sections(expression, T.CANDIDATES, items),
      );
    }
    const expression = tier.clauses.length ? expressionOf(tier.clauses, tier.level, !tier.atLeast) : null;
    return passages.sections(narrowed(query, expression), limit);
  }

  /** Expressions for the clauses that the names of some items lack, each with those items. */
  function besideNames(passages, query, wanted) {
    if (wanted.length < 2 || query.filters.columns.length) return [];
    const named = new Map();
    wanted.forEach((clause, number) => {
      for (const [item] of passages.names(expressionOf([clause], Level.WORD), T.MAX_NAMES)) {
        named.set(item, [...(named.get(item) ?? []), number]);
      }
    });
    const lacking = new Map();
    for (const [item, numbers] of named) {
      const missing = [...wanted.keys()].filter((number) => !numbers.includes(number));
      const key = missing.join(" ");
      if (missing.length) lacking.set(key, { missing, items: (lacking.get(key)?.items ?? new Set()).add(item) });
    }
    const splits = [...lacking.values()].sort((a, b) => a.missing.length - b.missing.length).slice(0, T.MAX_SPLITS);
    return splits.map(({ missing, items }) => {
      const clauses = missing.map((number) => wanted[number]);
      return [narrowed(query, expressionOf(clauses, Level.WORD)), items];
    });
  }

  /** Candidates with their scores, the best first; without names of items that have a section among them. */
  function rankedOf(passages, chosen, tiers) {
    const withSections = new Set(chosen.filter(({ row }) => row !== null).map(({ item }) => item));
    const nameRanks = new Map(chosen.filter(({ row }) => row === null).map(({ item, rank }) => [item, rank]));
    const left = chosen.filter(({ item, row }) => row !== null || !withSections.has(item));
    const clausesIn = (candidate, { clauses }) =>
      [...passages.highlights(candidate, tiers[candidate.tier]).matched.keys()].map((number) => clauses[number]);
    const matched = new Map();
    for (const candidate of left) {
      const before = matched.get(candidate.item) ?? [];
      matched.set(candidate.item, new Set([...before, ...clausesIn(candidate, tiers[candidate.tier])]));
    }
    const weight = (clauses) => clauses.reduce((sum, clause) => sum + passages.rarity(clause), 0);
    const share = (tier, found) => weight(tier.clauses.filter((clause) => found.has(clause))) / weight(tier.clauses);
    const scored = left.map((candidate) => {
      const tier = tiers[candidate.tier];
      let similarity = tier.inName ? 1 : passages.highlights(candidate, tier).likeness;
      if (tier.atLeast) {
        const here = new Set(clausesIn(candidate, tier));
        similarity *= Math.sqrt(share(tier, matched.get(candidate.item)) * share(tier, here));
      }
      const nameRank = candidate.row === null ? 0 : (nameRanks.get(candidate.item) ?? 0);
      const score = T.TIER_STEP * (T.MAX_TIERS - candidate.tier) + (candidate.rank + nameRank) * similarity ** 2;
      return [score, candidate];
    });
    const { items } = passages.catalogue;
    return scored.sort(
      ([one, a], [other, b]) =>
        other - one || byPath(items[a.item].path, items[b.item].path) || (a.row ?? 0) - (b.row ?? 0),
    );
  }

  /** How many hits there would be without the limit: of the first way to search for all words that reaches it. */
  function total(passages, query, hits, limit) {
    if (hits.length < limit) return hits.length;
    for (const tier of tiersOf(passages, query)) {
      if (tier.inName || isVerified(tier)) continue;
      const expression = tier.clauses.length ? expressionOf(tier.clauses, tier.level) : null;
      const count = passages.extent(narrowed(query, expression));
      if (count >= limit) return Math.max(hits.length, count);
    }
    return hits.length;
  }

  return { Passages, byPath, tierOf, soundTiers, collected, rankedOf, find, found, narrowed, total };
});
