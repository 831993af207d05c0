"use strict";
// A word as it is typed or written → its forms: the steps of words/fold.py, over its tables.

MaterialsSearch.part("words", (tables, parts) => {
  const T = tables.fold;
  const pattern = (given, flags = "") => new RegExp(given.pattern, `u${flags}`);
  const anyOf = (letters) => new RegExp(`[${letters.join("")}]`, "u");
  const IGNORED = pattern(T.IGNORED, "g");
  const ACCENTS = pattern(T.ACCENTS, "g");
  const WORD = new RegExp(T.word_pattern.pattern, "gu");
  const UNSPACED = new RegExp(`[${T.UNSPACED}]`, "u");
  const BEGINS_UNSPACED = new RegExp(`^[${T.UNSPACED}]`, "u");
  const UNSPACED_RUN = new RegExp(`[${T.UNSPACED}][${T.UNSPACED}${T.INVISIBLE}]*`, "gu");
  const SPACED_OUT = pattern(T.spaced_out, "g");
  const OTHER_DIGIT = pattern(T.OTHER_DIGIT, "g");
  const MARKED_LETTER = pattern(T.MARKED_LETTER, "g");
  const MARKS = pattern(T.MARKS, "g");
  const GREEK = pattern(T.GREEK);
  const CYRILLIC = pattern(T.CYRILLIC, "g");
  const LATIN = pattern(T.LATIN, "g");
  // eslint-disable-next-line no-control-regex
  const ASCII = /^[\x00-\x7f]*$/;
  const MARK = /^\p{M}$/u;
  const DIGIT = /^\p{Nd}$/u;
  const LOWER = /\p{Lowercase}/u;
  const UPPER = /\p{Uppercase}|\p{Lt}/u;
  const known = new Map();

  const isAscii = (text) => ASCII.test(text);
  const translator = (table) => {
    const letters = new RegExp(`[${Object.keys(table).join("")}]`, "gu");
    return (text) => text.replace(letters, (letter) => table[letter]);
  };
  const [inPlain, withoutCase] = [translator(T.PLAIN), translator(tables.letters.casefold)];
  const [likeLatin, likeCyrillic, likeGreek] = [T.CYRILLIC_TWINS, T.LATIN_TWINS, T.GREEK_TWINS].map(translator);
  const count = (given, text) => (text.match(given) ?? []).length;
  const isLower = (text) => LOWER.test(text) && !UPPER.test(text);
  const isUpper = (text) => UPPER.test(text) && !LOWER.test(text);

  /** Whether capitals stand at the beginning of words, and nowhere else. */
  function isTitle(text) {
    let cased = false;
    let any = false;
    for (const letter of text) {
      if (UPPER.test(letter)) {
        if (cased) return false;
        cased = any = true;
      } else if (LOWER.test(letter)) {
        if (!cased) return false;
      } else {
        cased = false;
      }
    }
    return any;
  }

  function casefold(text) {
    return withoutCase(text.toLowerCase());
  }

  function normalised(text) {
    const once = casefold(text.replace(IGNORED, "").normalize("NFKC"));
    return casefold(once.normalize("NFKC")).normalize("NFC").replace(IGNORED, "");
  }

  function folded(text) {
    const plain = inPlain(text).normalize("NFD").replace(ACCENTS, "").normalize("NFC");
    return inPlain(plain)
      .replaceAll(T.KHMER_DA, T.KHMER_TA)
      .replace(MARKED_LETTER, inCanonicalOrder)
      .replace(OTHER_DIGIT, asciiDigit);
  }

  function inCanonicalOrder(_, letter, marks) {
    const stacked = (mark) => (mark[0] === T.SUBSCRIPT ? 0 : 1);
    const sorted = marks.match(MARKS).sort((a, b) => stacked(a) - stacked(b) || (a < b ? -1 : a > b ? 1 : 0));
    return letter + sorted.join("");
  }

  /** The digits of every script stand in a row from 0 to 9. */
  function asciiDigit(digit) {
    let before = digit.codePointAt(0);
    while (DIGIT.test(String.fromCodePoint(before - 1))) before--;
    return String((digit.codePointAt(0) - before) % 10);
  }

  function fold(text) {
    return isAscii(text) ? text.toLowerCase().replace(IGNORED, "") : folded(normalised(text));
  }

  function inOneAlphabet(word) {
    if (GREEK.test(word) && (count(LATIN, word) || count(CYRILLIC, word))) word = likeGreek(word);
    const cyrillic = count(CYRILLIC, word);
    const latin = count(LATIN, word);
    if (!cyrillic || !latin) return word;
    const repaired = cyrillic >= latin ? likeCyrillic(word) : likeLatin(word);
    return count(CYRILLIC, repaired) && count(LATIN, repaired) ? word : repaired;
  }

  /** The user-perceived characters of a text. */
  function graphemes(text) {
    if (isAscii(text)) return text.split("");
    const units = [];
    for (const letter of text) {
      const last = units.length - 1;
      if (last >= 0 && (units[last].endsWith(T.SUBSCRIPT) || MARK.test(letter))) units[last] += letter;
      else units.push(letter);
    }
    return units;
  }

  function pairs(text) {
    const units = graphemes(text);
    const found = units.slice(1).map((unit, at) => units[at] + unit);
    return found.length ? found : [text];
  }

  /** The forms of one word as it is written: {spelled, fold, stems, key, tokens, unspaced, nameLike, titled}. */
  function formsOf(raw) {
    let forms = known.get(raw);
    if (!forms) known.set(raw, (forms = madeForms(raw)));
    return forms;
  }

  function madeForms(raw) {
    if (raw.length > T.LONGEST_WORD && !BEGINS_UNSPACED.test(raw)) raw = Array.from(raw).slice(0, T.LONGEST_WORD).join("");
    const { romanise, key } = parts.alphabets;
    const { stemsOf } = parts.stems;
    const titled = isTitle(raw);
    if (isAscii(raw)) {
      const spelled = raw.toLowerCase().replace(IGNORED, "");
      const stems = stemsOf(spelled, spelled, titled);
      const keyed = key(romanise(spelled));
      return { spelled, fold: spelled, stems, key: keyed, tokens: [spelled], unspaced: false, nameLike: !isLower(raw), titled };
    }
    const spelled = inOneAlphabet(normalised(raw));
    const plain = (folded(spelled).match(WORD) ?? []).join("");
    const keyed = key(romanise(spelled));
    if (BEGINS_UNSPACED.test(plain)) {
      const tokens = pairs(plain);
      return { spelled, fold: plain, stems: [], key: keyed, tokens, unspaced: true, nameLike: true, titled: false };
    }
    const stems = stemsOf(spelled, plain, titled);
    return { spelled, fold: plain, stems, key: keyed, tokens: [plain], unspaced: false, nameLike: true, titled };
  }

  /** Where the parts of a word begin and end that belong to scripts without spaces, or to others. */
  function runs(raw) {
    const found = [];
    let end = 0;
    for (const run of raw.matchAll(UNSPACED_RUN)) {
      if (end < run.index) found.push([end, run.index]);
      end = run.index + run[0].length;
      found.push([run.index, end]);
    }
    return end < raw.length ? [...found, [end, raw.length]] : found;
  }

  /** The words of a text, in order: {start, end, forms}; the forms of one that nothing is left of have an empty fold. */
  function rawWords(text) {
    const found = [];
    const add = (raw, start) => found.push({ start, end: start + raw.length, forms: formsOf(raw) });
    for (const match of text.matchAll(WORD)) {
      if (isAscii(match[0]) || !UNSPACED.test(match[0])) add(match[0], match.index);
      else for (const [start, end] of runs(match[0])) add(match[0].slice(start, end), match.index + start);
    }
    return found;
  }

  function wordsOf(text) {
    return rawWords(text).filter((word) => word.forms.fold);
  }

  function soundOf(forms) {
    return (forms.sound ??= parts.alphabets.sound(parts.alphabets.romanise(forms.spelled)));
  }

  function spacedOut(text) {
    return text.matchAll(SPACED_OUT);
  }

  /** Whether a hyphen joins the word that ends at `end` to the one that begins at `start`. */
  function hyphenated(text, end, start) {
    if (end >= text.length || !T.HYPHENS.includes(text[end])) return false;
    return end < start && start <= end + 3 && !text.slice(end + 1, start).replace(/[\r\n]/g, "");
  }

  function soughtStems(forms) {
    return (forms.sought ??= parts.stems.soughtStemsOf(forms));
  }

  /** What tells the forms of one word from those of another. */
  function same(forms) {
    return `${forms.spelled} ${forms.titled} ${forms.nameLike}`;
  }

  return {
    anyOf, pattern, isAscii, translator, isLower, isUpper, isTitle, fold, folded, graphemes, formsOf, rawWords, wordsOf,
    soundOf, spacedOut, hyphenated, soughtStems, same,
  };
});
