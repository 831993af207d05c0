"use strict";
// A word in other alphabets: its romanisation, its key and its sound (words/sounds.py, words/khmer.py, words/lao.py), and Korean names in
// Hangul and in Latin letters (words/hangul.py, words/particles.py).

MaterialsSearch.part("alphabets", (tables, parts) => {
  const { anyOf, pattern, isAscii, translator } = parts.words;
  const T = tables.sounds;
  const K = tables.khmer;
  const H = tables.hangul;
  const ROMAN = tables.letters.ascii.split("\n");
  const [TURKIC_C, AZERI, KHMER] = [anyOf(T.TURKIC_C), anyOf(T.AZERI), pattern(K.KHMER)];
  const SYLLABLE = pattern(K.SYLLABLE, "g");
  const LAO_OR_THAI = pattern(tables.lao.LAO_OR_THAI);
  const SPOKEN = tables.lao.RULES.map(([rule, spoken]) => [pattern(rule, "g"), spoken.replace(/\\(\d)/g, "$$$1")]);
  const SILENT_KHMER = pattern(K.SILENT, "g");
  const [LEE, WOO, PARK] = [pattern(T.LEE), pattern(T.WOO, "g"), pattern(T.PARK)];
  const NOT_ALPHANUMERIC = pattern(T.NOT_ALPHANUMERIC, "g");
  const [DOUBLED, DOUBLED_CLASS, IOTATED] = [pattern(T.DOUBLED, "g"), pattern(T.DOUBLED_CLASS, "g"), pattern(T.IOTATED, "g")];
  const OPENING = new RegExp(`^(?:${T.OPENING.pattern})`, "u");
  const [SILENT, HARD_CH, SOFT_C] = [pattern(T.SILENT, "g"), pattern(T.HARD_CH, "g"), pattern(T.SOFT_C, "g")];
  const CONSONANT = pattern(T.CONSONANT, "g");
  const P = tables.particles;
  const WITH_PARTICLE = new RegExp(`^(.*?[${P.FIRST}-${P.LAST}]{${P.SHORTEST_WORD}})(?:${P.PARTICLES.join("|")})$`, "su");
  const NAME = new RegExp(`^(?:${H.NAME.pattern})$`, "u");
  const VOWEL = new RegExp(T.VOWEL, "g");
  const respelled = translator(T.ROMANISED);
  const romanised = new Map();
  const names = new Map();
  let surnames = null;
  let syllables = null;

  function roman(letter) {
    return ROMAN[letter.codePointAt(0) - 0x80] ?? "";
  }

  /** A normalised word in lower-case Latin letters and digits. */
  function romanise(word) {
    let found = romanised.get(word);
    if (found === undefined) romanised.set(word, (found = inLatin(word)));
    return found;
  }

  function inLatin(word) {
    if (!isAscii(word)) {
      if (TURKIC_C.test(word)) word = word.replaceAll("c", "j");
      if (AZERI.test(word)) word = word.replaceAll("г", "q");
      if (KHMER.test(word)) word = word.replace(SILENT_KHMER, "").replace(SYLLABLE, pronounced);
      if (LAO_OR_THAI.test(word)) word = SPOKEN.reduce((text, [rule, spoken]) => text.replace(rule, spoken), word);
      word = respelled(word.replaceAll("ու", "u")).replace(/[^\x00-\x7f]/gu, roman).toLowerCase();
    }
    word = word.replace(NOT_ALPHANUMERIC, "");
    return word.includes("oo") || word.includes("lee") ? word.replace(WOO, "u").replace(LEE, "i") : word;
  }

  function pronounced(whole, consonant, vowel) {
    const sonorant = vowel === "\u17b6" && K.SONORANTS.includes(consonant[0]);
    return !K.SECOND_SERIES.includes(consonant[0]) || sonorant ? whole : consonant + K.VOWELS[vowel];
  }

  /** The whole word with the usual spellings of one sound unified. */
  function key(word) {
    for (const [spelling, unified] of T.KEY_OF) if (word.includes(spelling)) word = word.replaceAll(spelling, unified);
    return word.replace(DOUBLED, "$1").replace(IOTATED, "e");
  }

  function sound(word) {
    return skeleton(word).replace(VOWEL, "").slice(0, T.LONGEST_SOUND);
  }

  function skeleton(word) {
    word = word.replace(PARK, "pak");
    const opening = word.match(OPENING);
    const rest = (opening ? word.slice(opening[0].length) : word)
      .replace(SILENT, "")
      .replace(HARD_CH, "k")
      .replace(SOFT_C, "s");
    const classes = (rest.match(CONSONANT) ?? []).map((each) => T.CLASS_OF[each] ?? T.VOWEL).join("");
    return (opening ? "A" : "") + classes.replace(DOUBLED_CLASS, "$1");
  }

  function withoutParticle(run) {
    const match = run.normalize("NFC").match(WITH_PARTICLE);
    return match ? match[1] : run;
  }

  /** Every choice of one from each list. */
  function product(lists) {
    return lists.reduce((chosen, list) => chosen.flatMap((before) => list.map((each) => [...before, each])), [[]]);
  }

  /** The name that a folded word may be: {surnames, given, syllables}; null for what is no name in Hangul. */
  function nameOf(run) {
    if (!names.has(run)) names.set(run, madeName(run));
    return names.get(run);
  }

  function madeName(run) {
    const bare = run.length === 3 ? run : withoutParticle(run);
    if (!NAME.test(bare) || !H.SURNAMES.includes(bare[0])) return null;
    const each = Array.from(bare.slice(1), spellings);
    return { surnames: new Set(spellings(bare[0])), given: new Set(product(each).map((one) => one.join(""))), syllables: each };
  }

  /** Whether two or three folded words are a name, the surname first or last. */
  function isSpelled(name, words) {
    const last = words.length - 1;
    return (
      (name.surnames.has(words[0]) && name.given.has(words.slice(1).join(""))) ||
      (name.surnames.has(words[last]) && name.given.has(words.slice(0, last).join("")))
    );
  }

  function spellings(syllable) {
    const point = syllable.codePointAt(0) - H.FIRST;
    const [initial, rest] = [Math.floor(point / H.PER_INITIAL), point % H.PER_INITIAL];
    const [vowel, final] = [Math.floor(rest / H.PER_VOWEL), rest % H.PER_VOWEL];
    const sounds = [H.INITIALS.split("|")[initial], H.VOWELS.split("|")[vowel], H.FINALS[String.fromCharCode(final)] ?? ""];
    const custom = (H.BY_CUSTOM[syllable] ?? "").split(",").filter(Boolean);
    return [...new Set([...custom, ...product(sounds.map((each) => each.split(","))).map((one) => one.join(""))])];
  }

  function bySpelling(letters) {
    const found = new Map();
    for (const syllable of letters) {
      for (const spelling of spellings(syllable)) found.set(spelling, [...(found.get(spelling) ?? []), syllable]);
    }
    return found;
  }

  function syllablesOfNames() {
    const found = [];
    for (let point = 0; point <= H.LAST - H.FIRST; point++) {
      const doubled = H.DOUBLED.includes(Math.floor(point / H.PER_INITIAL));
      if (String.fromCharCode(point % H.PER_VOWEL) in H.FINALS && !doubled) found.push(String.fromCharCode(H.FIRST + point));
    }
    return found;
  }

  /** How a name of two or three folded Latin words may be spelled in Hangul; none for no name. */
  function inHangul(words) {
    if (words.length < 2 || words.length > 3) return [];
    surnames ??= bySpelling(H.SURNAMES);
    const found = [];
    for (const [surname, given] of [[words[0], words.slice(1)], [words.at(-1), words.slice(0, -1)]]) {
      const first = surnames.get(surname);
      if (!first) continue;
      const rests = segmented(given.join(""));
      for (const one of first) found.push(...rests.map((rest) => one + rest));
    }
    return [...new Set(found)].slice(0, H.MAX_SPELLINGS);
  }

  function segmented(spelled) {
    syllables ??= bySpelling(syllablesOfNames());
    const found = [...(syllables.get(spelled) ?? [])];
    for (let end = 1; end < spelled.length; end++) {
      const both = [syllables.get(spelled.slice(0, end)) ?? [], syllables.get(spelled.slice(end)) ?? []];
      found.push(...product(both).map((one) => one.join("")));
    }
    return found;
  }

  return { romanise, key, sound, skeleton, withoutParticle, nameOf, isSpelled, inHangul };
});
