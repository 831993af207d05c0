"use strict";
// What a person types → one query (search/query.py, search/clauses.py, search/values.py). Any text is one.
// A query is {text, words, clauses, excluded, filters, given, idle, alone}; idle: each OR that has nothing to join; alone: the operators that were typed without any word; a clause is a list of terms of which one is enough; a term is
// {words, prefix, exact, literal, respelled, known, loose}: words that follow one another.

MaterialsSearch.part("query", (tables, parts) => {
  const T = tables.query;
  const C = tables.clauses;
  const { pattern, fold, formsOf, hyphenated, isLower, isUpper, isTitle, same, wordsOf } = parts.words;
  const { inHangul, withoutParticle } = parts.alphabets;
  const PIECE = pattern(T.PIECE, "dgi");
  const CLAUSE = pattern(C.PIECE, "g");
  const LOST_R = pattern(T.LOST_R, "g");
  const GRAMMAR = new Set(tables.grammar.folded);
  const ASKING = pattern(tables.grammar.asking_in_runs, "g");

  const termOf = (words, more = {}) => ({ words, prefix: false, exact: false, literal: false, respelled: false, loose: false, ...more });

  /** The terms of a part of a text: one for each word, or for words that hyphens join; one in all for a phrase. */
  function termsOf(text, found, start, end, phrase = false) {
    const terms = [];
    let run = [];
    for (const word of found.filter((each) => each.start >= start && each.start < end)) {
      if (run.length && !phrase && !hyphenated(text, run.at(-1).end, word.start)) {
        terms.push(termOfRun(text, run));
        run = [];
      }
      run.push(word);
    }
    if (!run.length) return terms;
    const prefix = text.slice(start, end).endsWith("*");
    return [...terms, termOfRun(text, run.slice(0, C.MAX_WORDS), { prefix, exact: phrase })];
  }

  function termOfRun(text, run, more = {}) {
    const [first] = run;
    const short = run.length === 1 && first.end - first.start <= C.LONGEST_ABBREVIATION;
    const literal = short && isUpper(text.slice(first.start, first.end));
    return termOf(run.map((word) => word.forms), { ...more, literal });
  }

  /** The clauses of a text without operators. */
  function clausesOf(text) {
    const found = wordsOf(text);
    const pieces = [...text.matchAll(CLAUSE)];
    return pieces.flatMap((piece) => termsOf(text, found, piece.index, piece.index + piece[0].length).map((term) => [term]));
  }

  const isQuoted = (clause) => clause.length === 1 && clause[0].exact;
  const quoted = (query) => query.clauses.some(isQuoted);

  /** The same query with each word of a quoted phrase as a clause of its own. */
  function unquoted(query) {
    const clauses = query.clauses.flatMap((clause) =>
      isQuoted(clause)
        ? clause[0].words.map((forms) => [termOf([forms])])
        : [clause.map((term) => ({ ...term, exact: false }))],
    );
    return { ...query, clauses };
  }

  /** The same query without words of grammar and of asking; as it is when there are no others, or one was quoted. */
  function content(query) {
    if (quoted(query)) return query;
    const clauses = query.clauses.flatMap((clause, number) => {
      const [term] = clause;
      if (clause.length > 1 || term.words.length > 1 || term.prefix) return [clause];
      return isGrammar(asTyped(query, term.words[0]), !number) ? [] : withoutAsking(term);
    });
    return clauses.length ? { ...query, clauses } : query;
  }

  function isGrammar(raw, first) {
    const name = !isLower(raw) && raw.toLowerCase() !== raw.toUpperCase() && !(first && isTitle(raw));
    const plain = fold(raw);
    return !name && (GRAMMAR.has(plain) || GRAMMAR.has(withoutParticle(plain)));
  }

  function withoutAsking(term) {
    const [forms] = term.words;
    const left = forms.unspaced ? forms.fold.split(ASKING).filter(Boolean) : [];
    const cut = left.length && !(left.length === 1 && left[0] === forms.fold);
    return cut ? left.map((part) => [termOf([formsOf(part)])]) : [[term]];
  }

  function asTyped(query, forms) {
    query.typed ??= new Map(query.words.map((word) => [same(word.forms), query.text.slice(word.start, word.end)]));
    return query.typed.get(same(forms)) ?? forms.spelled;
  }

  /** The words of a clause as they were typed, without those of its alternatives. */
  function typed(query, [term]) {
    if (term.exact) {
      const sought = term.words.map(same).join();
      const runs = query.words.map((_, at) => query.words.slice(at, at + term.words.length));
      const run = runs.find((words) => words.map(({ forms }) => same(forms)).join() === sought);
      if (run) return query.text.slice(run[0].start, run.at(-1).end);
    }
    return term.words.map((forms) => withoutParticle(asTyped(query, forms))).join(term.exact || term.loose ? " " : "-");
  }

  /** The Hangul spellings of what may be a Korean name and nothing else, as one clause; none for anything else. */
  function spelledInHangul(query) {
    if (!query.clauses.every((clause) => clause.length === 1 && !clause[0].exact)) return [];
    const words = query.clauses.flatMap(([term]) => term.words.map((forms) => forms.fold));
    const terms = inHangul(words).map((spelling) => termOf([formsOf(spelling)], { respelled: true }));
    return terms.length ? [terms] : [];
  }

  /** The query as it is written in Lao, which has lost the r of pra and phra; null without one. */
  function spelledInLao(query) {
    const clauses = query.clauses.map((clause) => clause.map(withoutR));
    return clauses.some((clause, at) => clause.some((term, number) => term !== query.clauses[at][number])) ? { ...query, clauses } : null;
  }

  function withoutR(term) {
    const [forms] = term.words;
    const without = forms.spelled.replace(LOST_R, "$1");
    const kept = term.exact || term.prefix || term.literal || term.words.length > 1 || without === forms.spelled;
    return kept ? term : { ...term, words: [formsOf(without)] };
  }

  /** Whether two terms are one, of a single word. */
  function isSame(one, other) {
    const plain = !(other.prefix || other.literal || other.respelled || other.loose);
    return plain && other.words.length === 1 && same(one.words[0]) === same(other.words[0]);
  }

  /** The clauses, then the clauses with adjacent words as one word: Kim Minsu is one word in Korean. */
  function compounds(query) {
    const found = [query.clauses];
    const single = query.clauses.filter((clause) => clause.length === 1 && !clause[0].exact).map(([term]) => term);
    const words = single.reduce((sum, term) => sum + term.words.length, 0);
    if (single.length !== query.clauses.length || single.length > T.MAX_COMPOUNDED || words < 2) return found;
    const spellings = single.map((term) => term.words.map((forms) => forms.spelled).join(""));
    for (let boundaries = 0; boundaries < 1 << (spellings.length - 1); boundaries++) {
      const joined = [spellings[0]];
      spellings.slice(1).forEach((spelling, number) => {
        if ((boundaries >> number) & 1) joined.push(spelling);
        else joined[joined.length - 1] += spelling;
      });
      const made = joined.map((compound) => [termOf([formsOf(compound)])]);
      if (!(made.length === single.length && made.every(([term], number) => isSame(term, single[number])))) found.push(made);
    }
    return found;
  }

  /** Parse what was typed. given: filters that hold beside those in the text. */
  function parse(text, given) {
    return new Parser(text.slice(0, T.MAX_LENGTH), given).query();
  }

  /** Goes through the pieces of a text and collects what they mean. */
  class Parser {
    constructor(text, given) {
      Object.assign(this, { text, given, filters: given, words: wordsOf(text), clauses: [], excluded: [], left: C.MAX_WORDS });
    }

    query() {
      const found = this.text.includes('"') ? [] : parts.values.valuesIn(this.text);
      const values = new Map(found.map((value) => [value.start, value]));
      let [until, waiting, idle] = [0, [], []];
      for (let piece; (piece = this.pieceFrom(until)); ) {
        until = piece.index + piece[0].length;
        if (T.OPERATORS.includes(piece[0])) {
          waiting.push(piece);
          continue;
        }
        const value = values.get(this.firstWord(piece));
        until = value?.end ?? until; // what else stands in the piece is looked for, too
        if (!value && this.takeFilter(piece)) continue;
        const clauses = value ? [value.spellings.flatMap(spelled)] : this.wordsOf(piece);
        if (!clauses.length) continue;
        if (!this.clauses.length) idle.push(...waiting);
        this.take(clauses, waiting.some((each) => T.OR.includes(each[0])));
        waiting = [];
      }
      idle.push(...waiting);
      // Operators that join nothing are left out, unless there is nothing else.
      const nothing = !this.clauses.length && !this.excluded.length;
      if (nothing) for (const piece of idle) this.take(this.wordsOf(piece), false);
      const { text, words, clauses, excluded, filters, given } = this;
      const operators = idle.map(([word]) => word);
      const [joiners, alone] = nothing ? [[], operators] : [operators.filter((word) => T.OR.includes(word)), []];
      return { text, words, clauses, excluded, filters, given, idle: joiners, alone };
    }

    pieceFrom(at) {
      PIECE.lastIndex = at;
      return PIECE.exec(this.text);
    }

    /** Where the first word of a piece begins, unless it is excluded, quoted or a filter. */
    firstWord({ index, 0: { length }, groups: { excluded, filter, plain } }) {
      if (excluded || filter || !plain) return undefined;
      return this.words.find(({ start }) => start >= index && start < index + length)?.start;
    }

    takeFilter({ groups: { filter, plain, phrase } }) {
      const filters = filter ? parts.filters.withFilter(this.filters, filter, plain ?? phrase ?? "") : null;
      this.filters = filters ?? this.filters;
      return Boolean(filters);
    }

    wordsOf(piece) {
      const terms = [
        ...this.terms(piece, "filter"),
        ...this.terms(piece, piece.groups.plain ? "plain" : "phrase").slice(0, Math.max(0, this.left)),
      ];
      this.left -= terms.reduce((sum, term) => sum + term.words.length, 0);
      if (!piece.groups.excluded) return terms.map((term) => [term]);
      this.excluded.push(...terms);
      return [];
    }

    take(clauses, alternative) {
      if (alternative && this.clauses.length) this.clauses.at(-1).push(...clauses.flat());
      else this.clauses.push(...clauses);
    }

    terms(piece, name) {
      const span = piece.indices.groups[name];
      return span ? termsOf(this.text, this.words, ...span, name === "phrase") : [];
    }
  }

  /** A way to write a date or a number, as a phrase. */
  function spelled(spelling) {
    const found = wordsOf(spelling);
    return found.length ? [termOf(found.map((word) => word.forms), { exact: found.length > 1 })] : [];
  }

  return { parse, termOf, clausesOf, quoted, unquoted, content, asTyped, typed, spelledInHangul, spelledInLao, compounds };
});
