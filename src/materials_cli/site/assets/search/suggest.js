"use strict";
// Corrected spelling for words that occur nowhere: the most similar word of the archive, as its texts spell it
// (search/suggest.py).

MaterialsSearch.part("suggest", (tables, parts) => {
  const T = tables.suggest;
  const KEY = tables.fold.KEY;
  const { catalogue } = parts;
  const { Level, expressionOf, one } = parts.expression;
  const { formsOf, graphemes, same, wordsOf } = parts.words;
  const { sound } = parts.alphabets;
  const { parse, termOf } = parts.query;
  const TABLES = [catalogue.sections, catalogue.names];
  const letters = T.ALPHABETS;

  /** Whether anything in the archive has a clause, in any form or alphabet. */
  function isKnown(clause) {
    const expression = expressionOf([clause], Level.PREFIX);
    return TABLES.some((table) => table.find(expression).size);
  }

  const has = (term) => TABLES.some((table) => table.has(term));
  const count = (term) => TABLES.reduce((sum, table) => sum + table.count(term), 0);

  /** The query with each unknown word replaced by the most similar known one; then also those known in another form alone. */
  function* corrections(query, confident) {
    const searched = new Map();
    for (const term of query.clauses.flat().filter((each) => !each.literal)) {
      for (const forms of term.words) if (forms.fold.length >= T.SHORTEST_WORD) searched.set(same(forms), forms);
    }
    const all = [...searched.values()];
    const unknown = all.filter((forms) => !isKnown([termOf([forms])]));
    if (!unknown.length) return;
    const long = all.filter((forms) => forms.fold.length > T.SHORT_WORD && !forms.unspaced && !has(forms.fold));
    for (const wrong of [unknown, [...unknown, ...long]]) {
      const better = replaced(query, new Set(wrong.map(same)), confident);
      if (better) yield better;
    }
  }

  function replaced(query, wrong, confident) {
    let [text, at] = ["", 0];
    for (const word of query.words) {
      const better = wrong.has(same(word.forms)) ? mostSimilar(word.forms, confident) : null;
      if (!better) continue;
      const own = [word.forms.fold, ...word.forms.stems];
      if (formsOf(better).stems.some((stem) => own.includes(stem))) continue;
      text += query.text.slice(at, word.start) + better;
      at = word.end;
    }
    return at ? parse(text + query.text.slice(at), query.given) : null;
  }

  /** The original spelling of the most similar word, or null. */
  function mostSimilar(forms, confident) {
    const candidates = slipped(forms, confident);
    if (!confident) candidates.push(...spelledAlike(forms));
    candidates.sort((a, b) => a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0));
    for (const [, , term] of candidates) {
      const spelling = spellingOf(term);
      if (spelling) return spelling;
    }
    return null;
  }

  function slipped(forms, confident) {
    const most = slips(graphemes(forms.fold).length) - (confident ? 1 : 0);
    const found = most ? near(forms.fold, most) : [];
    return found.filter(([term]) => !confident || term[0] === forms.fold[0]).map(([term, many]) => [many, -count(term), term]);
  }

  /** The same for words of any alphabet that are romanised alike. */
  function spelledAlike(forms) {
    const { key } = forms;
    if (!key) return [];
    const found = near(KEY + key, slips(key.length), true);
    const alike = found.filter(([term, many]) => many <= 1 || sound(term.slice(1)) === sound(key));
    return alike.map(([term, many]) => [many + 1, -count(term), term]);
  }

  function slips(length) {
    return length <= T.SHORT_WORD ? 1 : length <= T.LONG_WORD ? 2 : 3;
  }

  /** The terms that differ by at most some slips, and by how many: [term, slips]. bySound: it is a key. */
  function near(term, most, bySound = false) {
    const begin = beginnings(term, bySound);
    const terms = new Set(begin.flatMap((each) => TABLES.flatMap((table) => table.beginningWith(each))));
    const found = [];
    for (const other of terms) {
      const many = distance(term, other, most);
      if (many <= most) found.push([other, many]);
    }
    const best = new Map(found.sort((a, b) => a[1] - b[1]).slice(0, T.MAX_CANDIDATES));
    for (const other of most ? withASlipAtFirst(term) : []) {
      if (other !== term && !best.has(other) && has(other)) best.set(other, 1);
    }
    return [...best];
  }

  /** What the terms begin with that a term is compared with: its first two letters, or others of their sound. */
  function beginnings(term, bySound) {
    const [mark, [first = "", second = ""]] = marked(term);
    if (!alphabetOf(first)) return [mark + first];
    const alike = (letter) => (bySound ? [...new Set(letter + T.SOUNDING_ALIKE.filter((each) => letter && each.includes(letter)).join(""))] : [letter]);
    const seconds = second ? alike(second) : [""];
    return alike(first).flatMap((one_) => seconds.map((other) => mark + one_ + other));
  }

  /** A term with a slip at one of its first two letters, in its own script: another, none, one more, or two swapped. */
  function withASlipAtFirst(term) {
    const [mark, word] = marked(term);
    const found = [];
    for (let at = 0; at < Math.min(2, word.length - 1); at++) {
      const [before, here, after] = [mark + word.slice(0, at), word[at], word.slice(at + 1)];
      found.push(before + after, before + after[0] + here + after.slice(1));
      for (const letter of alphabetOf(word[0])) found.push(before + letter + after, before + letter + here + after);
    }
    return found;
  }

  /** The mark before a key, and its letters. */
  function marked(term) {
    return term.startsWith(KEY) ? [KEY, term.slice(1)] : ["", term];
  }

  function alphabetOf(letter) {
    return (letter && letters.find((each) => each.includes(letter))) || "";
  }

  /** Letters too many, too few or wrong, or two in the wrong order; more than `most` when it is more than that. */
  function distance(one_, other, most) {
    if (Math.abs(one_.length - other.length) > most) return most + 1;
    let [before, row] = [[], Array.from({ length: other.length + 1 }, (_, at) => at)];
    for (let i = 1; i <= one_.length; i++) {
      const next = [i];
      for (let j = 1; j <= other.length; j++) {
        let least = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one_[i - 1] !== other[j - 1]));
        const swapped = i > 1 && j > 1 && one_[i - 1] === other[j - 2] && one_[i - 2] === other[j - 1];
        if (swapped) least = Math.min(least, before[j - 2] + 1);
        next.push(least);
      }
      if (Math.min(...next) > most) return most + 1;
      [before, row] = [row, next];
    }
    return row.at(-1);
  }

  /** How the texts spell a term of the index; null when it is part of no single word. */
  function spellingOf(term) {
    for (const text of textsWith(term)) {
      const word = wordsOf(text).find(({ forms }) => term === forms.fold || term === KEY + forms.key);
      if (word) return text.slice(word.start, word.end);
    }
    return null;
  }

  /** The texts of a few sections and names that contain a term. */
  function textsWith(term) {
    const first = (table) => [...table.find(one(term)).keys()].sort((a, b) => a - b).slice(0, T.MAX_EXAMPLES);
    const sections = first(catalogue.sections).flatMap((row) => {
      const { title, body, notes } = catalogue.rows[row];
      return [title, body, notes];
    });
    return [...sections, ...first(catalogue.names).flatMap((item) => catalogue.items[item].fields)];
  }

  return { corrections, isKnown };
});
