"use strict";
// Where in a text the words of a query stand, and the passage that shows most of them (search/snippet.py).

MaterialsSearch.part("snippet", (tables, parts) => {
  const T = tables.snippet;
  const { pattern, fold, formsOf, graphemes, hyphenated, rawWords, spacedOut } = parts.words;
  const { Level, bySound, levelOf } = parts.expression;
  const { NO_MATCH, similarity, worst } = parts.match;
  const { nameOf, isSpelled } = parts.alphabets;
  const BREAKS = pattern(T.BREAKS, "g");
  const LINES = 20_000;
  const NONE = [];
  const lines = new Map();
  const HYPHEN = /[-\u2010\u2011]/;
  const RESPELLED = { degree: 0.6, part: null, match: "alphabet" };

  const better = (one, other) => (other.degree > one.degree ? other : one);

  /**
   * Find every term of every clause in some texts: {texts, spans, matched, likeness}. finder: of these clauses at some level;
   * longest: the characters of each text that are read; spans: [start, end, term] of each text; matched: Map of clause → its
   * most similar match.
   */
  function highlight(texts, finder, longest) {
    finder.best = finder.clauses.map(() => NO_MATCH);
    const { clauses } = finder;
    const read = texts.map((text) => lineOf(text, longest));
    const spans = read.map(({ line, words }) => finder.spans(line, words));
    const matched = new Map([...finder.best.entries()].filter(([, best]) => best.degree));
    const together = clauses.length > 1 && matched.size === clauses.length && spans.some((each) => finder.together(each));
    const sum = finder.best.reduce((total, best) => total + best.degree, 0);
    const mean = clauses.length ? sum / clauses.length : 1;
    return { texts: read.map(({ line }) => line), spans, matched, likeness: mean * (together ? T.TOGETHER : 1) };
  }

  /** A text on one line, and its words. */
  function lineOf(text, longest) {
    const key = text.length > longest ? text.slice(0, longest) : text;
    let found = lines.get(key);
    if (!found) {
      const line = key.replace(BREAKS, " ").replace(/^ +| +$/g, "");
      found = { line, words: rawWords(line) };
      if (lines.size > LINES) lines.clear();
      lines.set(key, found);
    }
    return found;
  }

  /** Finds the terms of some clauses; best: the most similar match of each clause so far. */
  class Finder {
    constructor(clauses, level) {
      Object.assign(this, { clauses, level, best: [] });
      this.terms = clauses.flatMap((clause, number) => markedTerms(clause, level).map((term) => [number, term]));
      this.unspaced = [...this.terms.keys()].filter((number) => this.terms[number][1].words[0].unspaced);
      this.names = new Map();
      this.terms.forEach(([, term], number) => {
        const may = (bySound(level) || term.respelled) && term.words.length === 1;
        const name = may ? nameOf(term.words[0].fold) : null;
        if (name) this.names.set(number, name);
      });
    }

    spans(text, words) {
      const hyphens = HYPHEN.test(text);
      const found = [];
      words.forEach(({ forms }, position) => {
        const matches = this.matches(forms);
        if (matches.length) found.push(...this.at(text, words, position, matches));
        else if (hyphens && position) found.push(...this.acrossHyphen(text, words[position - 1], words[position]));
        if (this.names.size) found.push(...this.namesAt(text, words, position));
      });
      if (!this.unspaced.length) return found;
      const all = [...found, ...this.spacedOut(text)].sort((a, b) => a[0] - b[0] || a[1] - b[1] || a[2] - b[2]);
      return all.filter((span, at) => !at || span.some((each, place) => each !== all[at - 1][place]));
    }

    /** Whether all clauses stand next to one another, in any order. */
    together(spans) {
      let run = [];
      for (const span of spans) {
        const gap = run.length ? span[0] - run.at(-1)[1] : 0;
        if (gap < 0 || gap > T.NEXT) run = [];
        run = [...run, span].slice(-this.best.length);
        if (new Set(run.map((each) => this.terms[each[2]][0])).size === this.best.length) return true;
      }
      return false;
    }

    /** The terms whose first word matches a word of the text: [number, similarity]. A word remembers who asked last. */
    matches(forms) {
      if (forms.finder !== this) {
        const matches = [];
        this.terms.forEach(([, term], number) => {
          const similar = mayMatch(forms, term) ? this.compared(forms, term, 0) : NO_MATCH;
          if (similar.degree) matches.push([number, similar]);
        });
        Object.assign(forms, { finder: this, matches: matches.length ? matches : NONE });
      }
      return forms.matches;
    }

    note(clause, similar) {
      this.best[clause] = better(this.best[clause], similar);
    }

    at(text, words, position, matches) {
      const word = words[position];
      const found = [];
      for (const [number, first] of matches) {
        const [clause, term] = this.terms[number];
        const following = words.slice(position + 1, position + term.words.length);
        const whole = this.whole(following, term, first);
        if (!whole.degree) continue;
        this.note(clause, whole);
        const [begin, end] = markedPart(text, word, first.part);
        found.push([begin, following.at(-1)?.end ?? end, number]);
        if (!word.forms.unspaced) break;
      }
      return found;
    }

    acrossHyphen(text, before, after) {
      if (!hyphenated(text, before.end, after.start)) return [];
      const whole = formsOf(text.slice(before.start, before.end) + text.slice(after.start, after.end));
      const found = [];
      this.terms.forEach(([clause, term], number) => {
        const similar = term.words.length === 1 ? this.compared(whole, term, 0) : NO_MATCH;
        if (!similar.degree) return;
        this.note(clause, similar);
        found.push([before.start, after.end, number]);
      });
      return found;
    }

    /** The terms in what is written with a space after each syllable: it is compared without the spaces. */
    spacedOut(text) {
      const found = [];
      for (const run of spacedOut(text)) {
        const places = [...run[0]].map((_, at) => run.index + at).filter((place) => text[place] !== " ");
        const joined = places.map((place) => text[place]).join("");
        const word = { start: 0, end: joined.length, forms: formsOf(joined) };
        for (const number of this.unspaced) {
          const [clause, term] = this.terms[number];
          const similar = term.words.length === 1 ? this.compared(word.forms, term, 0) : NO_MATCH;
          if (!similar.degree) continue;
          this.note(clause, similar);
          const [begin, end] = markedPart(joined, word, similar.part);
          found.push([places[begin], places[end - 1] + 1, number]);
        }
      }
      return found;
    }

    /** The Korean names that two or three words of the text, from one on, are in Latin letters. */
    namesAt(text, words, position) {
      const found = [];
      for (const together of [words.slice(position, position + 2), words.slice(position, position + 3)]) {
        const forms = together.map((word) => word.forms);
        const [{ start }, { end }] = [together[0], together.at(-1)];
        const apart = end - start - together.reduce((sum, word) => sum + word.end - word.start, 0);
        if (apart >= together.length || forms.filter((each) => each.nameLike).length < T.NAMES_OF_A_PERSON) continue;
        for (const [number, name] of this.names) {
          if (!isSpelled(name, forms.map((each) => each.fold))) continue;
          const [clause, term] = this.terms[number];
          this.note(clause, term.respelled ? { ...RESPELLED, match: "sound" } : RESPELLED);
          found.push([start, end, number]);
        }
      }
      return found;
    }

    /** How similar the words of a text are to all words of a term; first: how similar the first ones are. */
    whole(following, term, first) {
      if (following.length < term.words.length - 1) return NO_MATCH;
      const similar = [first];
      for (const [at, word] of following.entries()) {
        similar.push(this.compared(word.forms, term, at + 1));
        if (!similar.at(-1).degree) return NO_MATCH;
      }
      const degree = similar.reduce((sum, each) => sum + each.degree, 0) / similar.length;
      return { degree, part: first.part, match: worst(similar.map((each) => each.match)) };
    }

    compared(forms, term, number) {
      const typed = term.words[number];
      const found = similarity(forms, typed, levelOf(term, this.level), term);
      if (term.literal && found.match === "form" && forms.key === typed.key) return NO_MATCH;
      return term.respelled && found.degree ? { ...RESPELLED, part: found.part } : found;
    }
  }

  /** Whether a word may be the first of a term: of the many that were not typed, few begin with its letter. */
  function mayMatch(word, { loose, words: [first] }) {
    return !loose || first.unspaced || word.unspaced || word.fold[0] === first.fold[0];
  }

  /** What to mark: phrases as they are, or their words separately where the index was searched for them separately. */
  function markedTerms(clause, level) {
    if (level < Level.TRUNCATED) return clause;
    return clause.flatMap((term) => (term.exact ? [term] : term.words.map((forms) => ({ ...term, words: [forms] }))));
  }

  /** The offsets of what to mark of a word: all of it, or some graphemes of an unspaced run. */
  function markedPart(text, word, part) {
    if (!part) return [word.start, word.end];
    const starts = [];
    let at = word.start;
    for (const grapheme of graphemes(text.slice(word.start, word.end))) {
      if (fold(grapheme) || !starts.length) starts.push(at);
      at += grapheme.length;
    }
    if (starts.length !== graphemes(word.forms.fold).length) return [word.start, word.end];
    return [starts[part[0]], starts[part[1]] ?? word.end];
  }

  /** About 160 characters in which most terms stand close together, in pieces: [[text, whether it is marked], …]. */
  function snippet(highlights) {
    let best = { text: "", spans: [], start: 0, count: 0 };
    highlights.texts.forEach((text, number) => {
      const spans = highlights.spans[number];
      const [start, count] = densest(spans);
      if (!best.text || count > best.count) best = { text, spans, start, count };
    });
    return cutOut(best.text, best.spans, best.start);
  }

  function densest(spans) {
    let [bestStart, bestDifferent, bestTotal] = [0, 0, 0];
    spans.forEach((span, first) => {
      const near = [];
      for (let at = first; at < spans.length && spans[at][0] < span[0] + T.LENGTH - T.LEAD; at++) near.push(spans[at][2]);
      const different = new Set(near).size;
      if (different > bestDifferent || (different === bestDifferent && near.length > bestTotal)) {
        [bestStart, bestDifferent, bestTotal] = [span[0], different, near.length];
      }
    });
    return [bestStart, bestDifferent];
  }

  function cutOut(text, spans, start) {
    let left = Math.max(0, Math.min(start - T.LEAD, text.length - T.LENGTH));
    if (left) {
      const space = text.indexOf(" ", left);
      left = space >= 0 && space < start ? space + 1 : left;
    }
    let right = Math.min(text.length, left + T.LENGTH);
    if (right < text.length) {
      const space = text.lastIndexOf(" ", right - 1);
      right = space > start && space > left + T.LENGTH / 2 ? space : right;
    }
    const pieces = [[left ? "… " : "", false]];
    let at = left;
    for (const [begin, end] of [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      if (begin < at || begin >= right) continue;
      pieces.push([text.slice(at, begin), false], [text.slice(begin, Math.min(end, right)), true]);
      at = Math.min(end, right);
    }
    pieces.push([text.slice(at, right) + (right < text.length ? " …" : ""), false]);
    return pieces.filter(([piece]) => piece);
  }

  return { Finder, highlight, snippet };
});
