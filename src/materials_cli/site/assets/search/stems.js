"use strict";
// The stems of a word (words/endings.py, words/suffixes.py). Those of English and Russian words are Snowball's; its algorithms,
// https://snowballstem.org/algorithms/english/stemmer.html and …/russian/stemmer.html, are written out here.

MaterialsSearch.part("stems", (tables, parts) => {
  const E = tables.endings;
  const S = tables.suffixes;
  const { anyOf, pattern, isAscii, folded } = parts.words;
  const [CYRILLIC, LATIN, MARKED] = [pattern(E.CYRILLIC), pattern(E.LATIN), anyOf(E.MARKED)];
  const begins = (given) => new RegExp(`^${given.pattern}`, "u");
  const [ARMENIAN, GEORGIAN, BANGLA] = [begins(E.ARMENIAN), begins(E.GEORGIAN), begins(E.BANGLA)];
  const A_VOWEL = pattern(S.A_VOWEL, "g");
  const compiled = new Map();

  function whole(source) {
    if (!compiled.has(source)) compiled.set(source, new RegExp(`^(?:${source})$`, "u"));
    return compiled.get(source);
  }

  function without(ending, word) {
    return word.match(whole(ending))?.[1] ?? word;
  }

  const unique = (stems) => [...new Set(stems)];
  const longEnough = (stem) => (stem.length >= E.SHORTEST_STEM ? [stem] : []);
  const hasSuffixes = (spelled) => CYRILLIC.test(spelled) || LATIN.test(spelled);

  /** The stems that are not the folded word itself. name: whether it was written with a capital. */
  function stemsOf(spelled, plain, name) {
    return unique(allStems(spelled, plain, name)).filter((stem) => stem !== plain);
  }

  function allStems(spelled, plain, name) {
    if (hasSuffixes(spelled)) {
      const marked = MARKED.test(spelled);
      let first = [];
      if (!marked && CYRILLIC.test(spelled)) first = longEnough(folded(russian(spelled.replaceAll("ё", "е"))));
      else if (!marked && isAscii(plain)) first = longEnough(english(plain));
      return [...first, ...stored(plain, marked, name)];
    }
    if (ARMENIAN.test(spelled)) {
      const bare = without(E.ARMENIAN_ENDING, plain);
      return longEnough(bare !== plain ? bare : without(E.ARMENIAN_VERB, plain));
    }
    if (GEORGIAN.test(spelled)) return [without(E.GEORGIAN_ENDING, spelled)];
    if (BANGLA.test(spelled)) return longEnough(folded(without(E.BANGLA_ENDING, spelled)));
    return [];
  }

  /** All that a typed word is looked for by. */
  function soughtStemsOf(forms) {
    const { spelled, fold, stems, titled } = forms;
    if (hasSuffixes(spelled)) return unique([fold, ...stems, ...sought(fold, MARKED.test(spelled), titled)]);
    return unique([fold, ...stems].flatMap((stem) => syncopated(stem, stem !== fold)));
  }

  function syncopated(stem, cut) {
    const found = [stem];
    for (const [withVowel, withoutVowel, lost] of E.SYNCOPE) {
      const match = stem.match(whole(withVowel));
      const bare = match || !cut ? null : stem.match(whole(withoutVowel));
      if (match) found.push(match[1] + match[2]);
      else if (bare) found.push(...lost.map((vowel) => bare[1] + vowel + bare[2]));
    }
    return found;
  }

  function stored(plain, marked, name) {
    return unique(withoutEach(plain, marked ? S.EVERY : S.SURE, shortest(marked, name)));
  }

  function sought(plain, marked, name) {
    const found = [plain, ...stored(plain, marked, name), ...withoutEach(plain, S.NOBODYS, shortest(marked, name))];
    if (!marked) found.push(...withoutEach(plain, S.EVERY, S.SHORTEST_GUESS));
    if (S.NARROW.includes(plain.at(-1)) && plain.length > S.SHORTEST_GUESS) found.push(plain.slice(0, -1));
    return unique(unique(found).flatMap((stem) => spellings(stem, stem !== plain)));
  }

  function shortest(marked, name) {
    return name && !marked ? S.SHORTEST_OF_A_NAME : S.SHORTEST;
  }

  function withoutEach(plain, endings, least) {
    const patterns = patternsOf(endings, least);
    const found = [];
    for (const ending of isAscii(plain[0]) ? patterns.slice(0, 1) : patterns.slice(1)) {
      const match = plain.match(ending);
      if (match && match[1] !== plain) found.push(match[1]);
    }
    return found;
  }

  /** What takes each of some endings off a word of which at least so many letters have to be left. */
  function patternsOf(endings, least) {
    if (!compiled.has(endings)) compiled.set(endings, new Map());
    const known = compiled.get(endings);
    if (!known.has(least)) {
      const two = least === 2 ? `[${S.VOWELS}](?:[^${S.VOWELS}]|и)|` : "";
      const stem = `(?=[^${S.VOWELS}]*[${S.VOWELS}])(${two}.{${Math.max(3, least)},}?)`;
      known.set(least, endings.map((ending) => new RegExp(`^(?:${stem}${ending})$`, "u")));
    }
    return known.get(least);
  }

  function spellings(stem, cut) {
    const vowels = stem.match(A_VOWEL);
    if (stem.length < 3 || !vowels) return [stem];
    const others = Array.from(S.OTHER_LAST[stem.at(-1)] ?? "", (other) => stem.slice(0, -1) + other);
    const more = S.VOWELS.includes(stem.at(-1)) ? withoutLastVowel(stem, cut) : aroundLastConsonant(stem, vowels.at(-1), cut);
    return [stem, ...others, ...more];
  }

  function aroundLastConsonant(stem, vowel, cut) {
    const found = [];
    const [last, before] = [stem.at(-1), stem.slice(0, -1)];
    const lost = cut ? Array.from(S.LOST[vowel] ?? "") : [];
    if (!S.VOWELS.includes(stem.at(-2))) {
      found.push(...lost.map((each) => before + each + last));
    } else if (stem.length > 3 && stem.slice(0, -2).match(A_VOWEL)) {
      found.push(stem.slice(0, -2) + last);
      if (last === "k") found.push(before);
    }
    if (!isAscii(stem)) {
      found.push(...lost.map((each) => stem + each));
      if (last === "н" && stem.length > 3) found.push(before);
    }
    return found;
  }

  function withoutLastVowel(stem, cut) {
    const found = [];
    const bare = stem.slice(0, -1);
    if (cut && S.NARROW.includes(stem.at(-1)) && !S.VOWELS.includes(stem.at(-2))) found.push(bare);
    if ("аоэ".includes(stem.at(-1)) && stem.length > 4) found.push(bare);
    if (cut && !isAscii(stem)) found.push(`${stem}н`);
    return found;
  }

  // --- Snowball: Russian. All endings are looked for behind the first vowel.

  const behind = (endings) => new RegExp(`(?:${endings.replaceAll(" ", "|")})$`);
  const AFTER_A = "(?<=[ая])";
  const GERUND = behind(`${AFTER_A}в ${AFTER_A}вши ${AFTER_A}вшись ив ивши ившись ыв ывши ывшись`);
  const REFLEXIVE = behind("ся сь");
  const ADJECTIVE = behind("ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею");
  const PARTICIPLE = behind(`${AFTER_A}(?:ем|нн|вш|ющ|щ) ивш ывш ующ`);
  const VERB = behind(
    `${AFTER_A}(?:ла|на|ете|йте|ли|й|л|ем|н|ло|но|ет|ют|ны|ть|ешь|нно) ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ` +
      "ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю",
  );
  const NOUN = behind(
    "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я",
  );

  function russian(word) {
    const vowel = word.search(/[аеиоуыэюя]/);
    if (vowel < 0) return word;
    const head = word.slice(0, vowel + 1);
    let rest = word.slice(vowel + 1);
    const r2 = secondRegion(word) - head.length;
    const cut = (ending) => {
      const shorter = rest.replace(ending, "");
      const done = shorter !== rest;
      rest = shorter;
      return done;
    };
    if (!cut(GERUND)) {
      cut(REFLEXIVE);
      if (cut(ADJECTIVE)) cut(PARTICIPLE);
      else if (!cut(VERB)) cut(NOUN);
    }
    cut(/и$/);
    const derived = rest.match(/ость?$/);
    if (derived && derived.index >= r2) rest = rest.slice(0, derived.index);
    if (cut(/ейше?$/) || rest.endsWith("нн")) rest = rest.replace(/нн$/, "н");
    else cut(/ь$/);
    return head + rest;
  }

  /** Where the second region of a Russian word begins: behind the second consonant that follows a vowel. */
  function secondRegion(word) {
    const match = word.match(/^[^аеиоуыэюя]*[аеиоуыэюя]+[^аеиоуыэюя][^аеиоуыэюя]*[аеиоуыэюя]+[^аеиоуыэюя]/);
    return match ? match[0].length : word.length;
  }

  // --- Snowball: English.

  const SPECIAL = new Map(Object.entries({
    skis: "ski", skies: "sky", idly: "idl", gently: "gentl", ugly: "ugli", early: "earli", only: "onli", singly: "singl",
    sky: "sky", news: "news", howe: "howe", atlas: "atlas", cosmos: "cosmos", bias: "bias", andes: "andes",
  }));
  const REGION = /^(?:gener|commun|arsen|past|univers|later|emerg|organ|inter)/;
  const CONSONANT_AFTER_VOWEL = /^[^aeiouy]*[aeiouy]+[^aeiouy]/;
  const STEP_2 = [
    [/(?:ational|ation|ator)$/, "ate"], [/tional$/, "tion"], [/(?:ization|izer)$/, "ize"], [/(?:fulness|fulli)$/, "ful"],
    [/(?:ousness|ousli)$/, "ous"], [/(?:iveness|iviti)$/, "ive"], [/(?:biliti|bli)$/, "ble"], [/(?:alism|aliti|alli)$/, "al"],
    [/enci$/, "ence"], [/anci$/, "ance"], [/abli$/, "able"], [/entli$/, "ent"], [/lessli$/, "less"], [/ogist$/, "og"],
  ];
  const STEP_3 = [
    [/ational$/, "ate"], [/tional$/, "tion"], [/alize$/, "al"], [/(?:icate|iciti|ical)$/, "ic"], [/(?:ful|ness)$/, ""],
  ];
  const STEP_4 = /(?:ement|ment|ent|ance|ence|able|ible|al|er|ic|ant|ism|ate|iti|ous|ive|ize|ion)$/;

  const isShort = (word) => /(?:[^aeiouy][aeiouy][^aeiouywxY]|^[aeiouy][^aeiouy]|past)$/.test(word);

  function english(word) {
    if (SPECIAL.has(word)) return SPECIAL.get(word);
    if (word.length < 3) return word;
    word = word.replace(/^y/, "Y").replace(/([aeiouy])y/g, "$1Y");
    const p1 = (word.match(REGION) ?? word.match(CONSONANT_AFTER_VOWEL))?.[0].length ?? word.length;
    const p2 = p1 + (word.slice(p1).match(CONSONANT_AFTER_VOWEL)?.[0].length ?? word.length);
    word = withoutPlural(word);
    word = withoutPast(word, p1).replace(/(?<=.[^aeiouy])[yY]$/, "i");
    word = replaced(word, STEP_2, p1);
    word = replaced(word, STEP_3, p1, p2);
    word = withoutLast(word, p2);
    const end = word.at(-1);
    if (end === "e" && (word.length > p2 || (word.length > p1 && !isShort(word.slice(0, -1))))) word = word.slice(0, -1);
    else if (end === "l" && word.length > p2 && word.at(-2) === "l") word = word.slice(0, -1);
    return word.replaceAll("Y", "y");
  }

  function withoutPlural(word) {
    if (word.endsWith("sses")) return word.slice(0, -2);
    if (/ie[ds]$/.test(word)) return word.slice(0, word.length > 4 ? -2 : -1);
    return /[aeiouy].+s$/.test(word) && !/[us]s$/.test(word) ? word.slice(0, -1) : word;
  }

  function withoutPast(word, p1) {
    const eed = word.match(/eed(?:ly)?$/);
    if (eed) return eed.index >= p1 && !/^(?:proc|exc|succ)eed$/.test(word) ? `${word.slice(0, eed.index)}ee` : word;
    const ending = word.match(/(?:ed|ing)(?:ly)?$/);
    if (!ending || !/[aeiouy]/.test(word.slice(0, ending.index))) return word;
    const stem = word.slice(0, ending.index);
    if (ending[0] === "ing") {
      if (/^[^aeiouy]y$/.test(stem)) return `${stem[0]}ie`;
      if (/^(?:inn|out|cann|herr|earr|even)$/.test(stem)) return word;
    }
    if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
    if (/(?:bb|dd|ff|gg|mm|nn|pp|rr|tt)$/.test(stem)) return /^[aeo]..$/.test(stem) ? stem : stem.slice(0, -1);
    return stem.length === p1 && isShort(stem) ? `${stem}e` : stem;
  }

  function replaced(word, steps, p1, p2) {
    const found = steps.map(([ending, better]) => [word.match(ending)?.[0], better]).filter(([ending]) => ending);
    const [ending, better] = found.sort((a, b) => b[0].length - a[0].length)[0] ?? [];
    const other = (suffix, into, sure) => word.endsWith(suffix) && word.length - suffix.length >= p1 && sure ? into : null;
    if (ending) return word.length - ending.length >= p1 ? word.slice(0, -ending.length) + better : word;
    if (p2 !== undefined) return other("ative", word.slice(0, -5), word.length - 5 >= p2) ?? word;
    if (word.endsWith("ogi")) return other("ogi", word.slice(0, -1), word.at(-4) === "l") ?? word;
    return other("li", word.slice(0, -2), /[cdeghkmnrt]li$/.test(word)) ?? word;
  }

  function withoutLast(word, p2) {
    const ending = word.match(STEP_4);
    if (!ending || ending.index < p2 || (ending[0] === "ion" && !/[st]ion$/.test(word))) return word;
    return word.slice(0, ending.index);
  }

  return { stemsOf, soughtStemsOf, english, russian };
});
