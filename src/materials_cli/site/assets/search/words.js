"use strict";
// Text → the terms it is indexed and searched by: the steps of words/fold.py, over its tables.

MaterialsSearch.part("words", (tables, parts) => {
  const T = tables.fold;
  const SOUNDS = tables.sounds;
  const pattern = (given, flags = "") => new RegExp(given.pattern, `u${flags}`);
  const IGNORED = pattern(T.IGNORED, "g");
  const ACCENTS = pattern(T.ACCENTS, "g");
  const WORD = new RegExp(T.word_pattern.pattern, "gu");
  const UNSPACED = pattern(T.unspaced);
  const BEGINS_UNSPACED = new RegExp(`^${T.unspaced.pattern}`, "u");
  const RUN = pattern(T.run, "g");
  const SPACED_OUT = pattern(T.spaced_out, "g");
  const HYPHENATED_PAIR = pattern(T.hyphenated_pair, "g");
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
    const stacked = (mark) => (mark[0] === T.KHMER_SUBSCRIPT ? 0 : 1);
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
      if (last >= 0 && (units[last].endsWith(T.KHMER_SUBSCRIPT) || MARK.test(letter))) units[last] += letter;
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

  /** The words of a text as they are written, each with its offset: [raw, start]. */
  function rawWords(text) {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      if (isAscii(match[0]) || !UNSPACED.test(match[0])) found.push([match[0], match.index]);
      else for (const run of match[0].matchAll(RUN)) found.push([run[0], match.index + run.index]);
    }
    return found;
  }

  /** The words of a text, in order: {start, end, forms}. */
  function wordsOf(text) {
    return rawWords(text)
      .map(([raw, start]) => ({ start, end: start + raw.length, forms: formsOf(raw) }))
      .filter((word) => word.forms.fold);
  }

  function otherTerms(forms) {
    const others = forms.stems.map((stem) => T.STEM + stem);
    if (forms.key !== forms.fold && forms.key.length >= SOUNDS.SHORTEST_KEY) others.push(T.KEY + forms.key);
    if (!forms.nameLike) return others;
    let sounds = [soundOf(forms)];
    if (forms.unspaced) {
      const { romanise, sound } = parts.alphabets;
      const units = graphemes(forms.fold);
      if (units.length > 1) others.push(units.at(-1));
      sounds = units
        .slice(0, Math.max(1, units.length - 1))
        .map((_, start) => sound(romanise(units.slice(start, start + T.GRAPHEMES_OF_A_SOUND).join(""))));
    }
    return others.concat(sounds.filter((each) => each.length >= SOUNDS.SHORTEST_SOUND).map((each) => T.SOUND + each));
  }

  function soundOf(forms) {
    return (forms.sound ??= parts.alphabets.sound(parts.alphabets.romanise(forms.spelled)));
  }

  /** What is indexed for one match of the pattern of words: [its folded words, their other terms]. */
  function indexed(raw) {
    const forms = wordsOf(raw).map((word) => word.forms);
    return [forms.flatMap((each) => each.tokens), [...new Set(forms.flatMap(otherTerms))]];
  }

  /** The terms of a text in the order of the index. ofRaw: indexed(), perhaps kept; add: called with each list of terms. */
  function stream(text, ofRaw, add) {
    const found = text.match(WORD) ?? [];
    for (const raw of found) add(ofRaw(raw)[0]);
    for (const raw of new Set(found)) add(ofRaw(raw)[1]);
    if (/[-\u2010\u2011]/.test(text)) {
      for (const pair of text.matchAll(HYPHENATED_PAIR)) add(otherTerms(formsOf(pair[1] + pair[2])));
    }
    if (UNSPACED.test(text)) for (const apart of spacedOut(text)) add(formsOf(apart[0].replaceAll(" ", "")).tokens);
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
    pattern, isAscii, translator, isLower, isUpper, isTitle, fold, folded, graphemes, formsOf, rawWords, wordsOf, otherTerms,
    soundOf, indexed, stream, spacedOut, hyphenated, soughtStems, same,
  };
});
