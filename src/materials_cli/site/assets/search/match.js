"use strict";
// How similar a word of a text is to a word that was typed (search/match.py): {degree, part, match}.

MaterialsSearch.part("match", (tables, parts) => {
  const T = tables.match;
  const S = tables.sounds;
  const { Level, bySound } = parts.expression;
  const { graphemes, isAscii, soughtStems, soundOf } = parts.words;
  const { romanise, key, sound, skeleton, withoutParticle } = parts.alphabets;
  /** How the words of a query were found, the surest first. */
  const ORDER = ["exact", "form", "alphabet", "meaning", "sound", "some"];
  const NO_MATCH = { degree: 0, part: null, match: "exact" };
  const SCRIPTS = [
    "Latin", "Cyrillic", "Hangul", "Georgian", "Armenian", "Han", "Khmer", "Lao", "Bengali", "Thai", "Greek", "Arabic", "Hebrew",
    "Devanagari", "Hiragana", "Katakana", "Mongolian", "Tibetan", "Myanmar",
  ].map((name) => [name, new RegExp(`\\p{Script=${name}}`, "u")]);
  const LETTER = /\p{L}/u;
  const heard = new Map();

  const similar = (degree, match = "exact", part = null) => ({ degree, part, match });
  const twoThirds = (length) => Math.ceil((length * 2) / 3);

  /** The least sure of some matches. */
  function worst(matches) {
    return ORDER[Math.max(0, ...matches.map((match) => ORDER.indexOf(match)))];
  }

  function similarity(word, typed, level, { prefix = false, exact = false } = {}) {
    const found =
      word.unspaced && typed.unspaced ? inRun(word, typed, level) : bySpelling(word, typed, level, prefix, exact);
    if (found.degree || !bySound(level)) return found;
    const apart = level === Level.ANY_SOUND || scriptOf(word) !== scriptOf(typed);
    return apart ? likeSound(word, typed) : NO_MATCH;
  }

  /** The first two thirds of a folded word. */
  function truncated(forms) {
    if (forms.unspaced) {
      const units = graphemes(forms.fold);
      return units.slice(0, Math.max(T.SHORTEST_RUN, twoThirds(units.length))).join("");
    }
    const shortest = isAscii(forms.fold) ? T.SHORTEST_TRUNCATED : T.SHORTEST_TRUNCATED - 1;
    return forms.fold.slice(0, Math.max(shortest, twoThirds(forms.fold.length)));
  }

  function truncatedKey(forms) {
    return forms.key.slice(0, Math.max(T.SHORTEST_TRUNCATED, twoThirds(forms.key.length)));
  }

  function halves(units) {
    const middle = Math.floor(units.length / 2);
    return middle >= T.SHORTEST_RUN ? [units.slice(0, middle), units.slice(middle)] : [];
  }

  /** Compare two runs of a script without spaces, one of which may contain the other. */
  function inRun(word, typed, level) {
    if (word.spelled.includes(typed.spelled)) return similar(1, "exact", rangeOf(word, typed.fold));
    if (word.fold.includes(typed.fold)) return similar(0.9, "exact", rangeOf(word, typed.fold));
    const bare = withoutParticle(typed.fold);
    if (bare !== typed.fold && word.fold.includes(bare)) return similar(0.8, "form", rangeOf(word, bare));
    if (level >= Level.TRUNCATED) {
      const beginning = truncated(typed);
      if (word.fold.includes(beginning)) return similar(0.5, "form", rangeOf(word, beginning));
    }
    if (typed.key.length >= S.SHORTEST_KEY && word.key === typed.key) return similar(0.7, across(word, typed));
    for (const half of level === Level.ANY_SOUND ? halves(graphemes(typed.fold)) : []) {
      const part = half.join("");
      if (word.fold.includes(part)) return similar(0.3, "sound", rangeOf(word, part));
    }
    return NO_MATCH;
  }

  /** The graphemes of a run that a part of its letters touches. */
  function rangeOf(word, part) {
    const before = word.fold.indexOf(part);
    if (before < 0) return null;
    const ends = [];
    for (const unit of graphemes(word.fold)) ends.push((ends.at(-1) ?? 0) + unit.length);
    const last = before + part.length;
    return [ends.filter((end) => end <= before).length, ends.filter((end) => end < last).length + 1];
  }

  function bySpelling(word, typed, level, prefix, exact) {
    if (word.spelled === typed.spelled) return similar(1);
    if (word.fold === typed.fold) return similar(typed.spelled === typed.fold ? 0.95 : 0.7);
    const extensible = prefix || (level >= Level.PREFIX && !exact);
    if (extensible && word.fold.startsWith(typed.fold)) {
      return similar(word.spelled.startsWith(typed.spelled) ? 0.8 : 0.7, prefix ? "exact" : "form");
    }
    return exact ? NO_MATCH : inOtherForms(word, typed, level, prefix, extensible);
  }

  /** Compare two words that are spelled differently by their stems, keys and beginnings. */
  function inOtherForms(word, typed, level, prefix, extensible) {
    if (!prefix && word.fold[0] === typed.fold[0] && shareAStem(word, typed, extensible)) {
      const shared = commonPrefix(word.fold, typed.fold) / Math.max(word.fold.length, typed.fold.length);
      return similar(0.75 + 0.15 * shared, "form");
    }
    const truncating = level >= Level.TRUNCATED;
    if (typed.key.length >= S.SHORTEST_KEY) {
      if (word.key === typed.key) return similar(typed.key.length >= T.LONG_KEY ? 0.8 : 0.5, across(word, typed));
      if (extensible && word.key.startsWith(typed.key)) return similar(0.6, across(word, typed));
      if (truncating && word.key.startsWith(truncatedKey(typed))) {
        const match = across(word, typed);
        return similar(match === "form" ? 0.5 : 0.4, match);
      }
    }
    return truncating && word.fold.startsWith(truncated(typed)) ? similar(0.5, "form") : NO_MATCH;
  }

  function shareAStem(word, typed, extensible) {
    const sought = extensible ? soughtStems(typed) : [typed.fold, ...typed.stems];
    return sought.includes(word.fold) || word.stems.some((stem) => sought.includes(stem));
  }

  function across(word, typed) {
    return scriptOf(word) === scriptOf(typed) ? "form" : "alphabet";
  }

  function commonPrefix(one, other) {
    const length = Math.min(one.length, other.length);
    for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at;
    return length;
  }

  /** Compare two names of the same sound. */
  function likeSound(word, typed) {
    const wanted = soundOf(typed);
    if (wanted.length < S.SHORTEST_SOUND || !word.nameLike) return NO_MATCH;
    if (word.unspaced) return nameInRun(word, typed, wanted);
    const sounded = soundOf(word);
    const same = wanted.length >= T.LONG_SOUND ? sounded.startsWith(wanted) : sounded === wanted;
    return same ? similar(likeness(romanise(word.spelled), typed), "sound") : NO_MATCH;
  }

  /** The part of an unspaced run that is most like a name of that sound. */
  function nameInRun(word, typed, wanted) {
    let best = NO_MATCH;
    const units = graphemes(word.fold);
    for (let start = 0; start < units.length; start++) {
      const last = Math.min(units.length, start + T.MAX_GRAPHEMES);
      for (let end = start + 1; end <= last; end++) {
        const [romanised, sounded] = heardOf(units.slice(start, end).join(""));
        if (!wanted.startsWith(sounded)) break;
        const degree = sounded === wanted ? likeness(romanised, typed) : 0;
        if (degree > best.degree) best = similar(degree, "sound", [start, end]);
      }
    }
    return best;
  }

  function heardOf(part) {
    if (!heard.has(part)) {
      const romanised = romanise(part);
      heard.set(part, [romanised, sound(romanised)]);
    }
    return heard.get(part);
  }

  function likeness(romanised, typed) {
    const wanted = romanise(typed.spelled);
    const alike = (ratio(key(romanised), typed.key) + ratio(skeleton(romanised), skeleton(wanted))) / 2;
    const long = typed.key.length >= T.LONG_NAME && sound(wanted).length >= T.LONG_SOUND;
    return alike >= (long ? T.MIN_LIKENESS : T.MIN_LIKENESS_OF_SHORT) ? 0.4 * alike : 0;
  }

  /** Twice the length of the longest common subsequence, as a share of both lengths. */
  function ratio(one, other) {
    if (!one.length && !other.length) return 1;
    let row = new Array(other.length + 1).fill(0);
    for (const letter of one) {
      const next = [0];
      for (let at = 0; at < other.length; at++) {
        next.push(letter === other[at] ? row[at] + 1 : Math.max(row[at + 1], next[at]));
      }
      row = next;
    }
    return (2 * row.at(-1)) / (one.length + other.length);
  }

  /** The script of a word's first letter; empty without a letter. */
  function scriptOf(forms) {
    if (forms.script === undefined) {
      const letter = forms.spelled.match(LETTER)?.[0];
      forms.script = letter ? (SCRIPTS.find(([, pattern]) => pattern.test(letter))?.[0] ?? "other") : "";
    }
    return forms.script;
  }

  return { ORDER, NO_MATCH, worst, similarity, truncated, truncatedKey, halves };
});
