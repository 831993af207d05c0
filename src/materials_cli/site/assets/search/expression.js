"use strict";
// Clauses → what the index is asked for (search/expression.py): phrases of terms, all or any of them.
// {tokens, prefix}: terms one after another, the last perhaps a beginning; {all: […]}; {any: […]}; {found, but}: not what is
// in `but`; columns, beside any of them: in these fields alone.

MaterialsSearch.part("expression", (tables, parts) => {
  const T = tables.expression;
  const F = tables.fold;
  const S = tables.sounds;
  const Level = { WORD: 0, PREFIX: 1, SOUND: 2, TRUNCATED: 3, ANY_SOUND: 4 };
  const { graphemes, isAscii, soughtStems, soundOf } = parts.words;
  const { withoutParticle, nameOf } = parts.alphabets;

  const bySound = (level) => tables.match.BY_SOUND.includes(level);
  const one = (term, prefix = false) => ({ tokens: [term], prefix });
  const any = (nodes) => (nodes.length === 1 ? nodes[0] : { any: nodes });
  const all = (nodes) => (nodes.length === 1 ? nodes[0] : { all: nodes });

  /** How far the words of a term may differ in a search at some level. */
  function levelOf(term, level) {
    if (term.literal || term.respelled || term.loose) return Level.WORD;
    return term.known && bySound(level) ? Level.PREFIX : level;
  }

  function expressionOf(clauses, level, every = true) {
    const nodes = clauses.map((clause) => any(clause.map((term) => ofTerm(term, level))));
    return every ? all(nodes) : any(nodes);
  }

  function excluding(found, terms) {
    return terms.length ? { found, but: any(terms.map((term) => ofTerm(term, Level.WORD, false))) } : found;
  }

  function ofTerm(term, level, others = true) {
    level = levelOf(term, level);
    if (term.exact || term.respelled || term.loose) [level, others] = [Level.WORD, false];
    if (term.words.length === 1) {
      return ofWord(term.words[0], term.prefix ? Math.max(level, Level.PREFIX) : level, term, others);
    }
    if (level >= Level.TRUNCATED || term.loose) return all(term.words.map((forms) => ofWord(forms, level, term, others)));
    return phrase(term, others);
  }

  function phrase(term, compound) {
    const found = {
      tokens: term.words.flatMap((forms) => forms.tokens),
      prefix: term.prefix || term.words.at(-1).unspaced,
    };
    if (!compound || term.words.some((forms) => forms.unspaced)) return found;
    return any([found, one(term.words.map((forms) => forms.fold).join(""))]);
  }

  function ofWord(forms, level, term, others) {
    const found = forms.unspaced ? unspaced(forms, level) : spaced(forms, level, term);
    if (others) found.push(...keys(forms, level, term.literal));
    if (bySound(level)) found.push(...sounds(soundOf(forms)));
    const name = (bySound(level) || term.respelled) && forms.unspaced ? nameOf(forms.fold) : null;
    if (name) found.push(inLatin(name));
    return any([...new Map(found.map((node) => [JSON.stringify(node), node])).values()]);
  }

  function spaced(forms, level, term) {
    const found = [one(forms.fold)];
    if (!(term.prefix || term.exact)) {
      for (const stem of level >= Level.PREFIX ? soughtStems(forms) : [forms.fold, ...forms.stems]) {
        found.push(one(stem), one(F.STEM + stem));
      }
    }
    const beginning = level >= Level.TRUNCATED ? parts.match.truncated(forms) : forms.fold;
    if (term.prefix || (level >= Level.PREFIX && beginning.length >= T.SHORTEST_PREFIX)) found.push(one(beginning, true));
    return found;
  }

  /** A run without spaces stands inside other runs; at higher levels it may be truncated or split in two. */
  function unspaced(forms, level) {
    const units = graphemes(forms.fold);
    const found = [run(units)];
    const bare = withoutParticle(forms.fold);
    if (bare !== forms.fold) found.push(run(graphemes(bare)));
    if (level >= Level.TRUNCATED) {
      found.push(run(graphemes(parts.match.truncated(forms))));
      const last = units.length <= T.LONGEST_COMPOUND ? units.length - T.SHORTEST_RUN : 0;
      for (let middle = T.SHORTEST_RUN; middle <= last; middle++) {
        found.push(all([run(units.slice(0, middle)), run(units.slice(middle))]));
      }
    }
    if (level === Level.ANY_SOUND) found.push(...parts.match.halves(units).map(run));
    return found;
  }

  function run(units) {
    const pairs = units.slice(1).map((unit, at) => units[at] + unit);
    return { tokens: pairs.length ? pairs : units, prefix: true };
  }

  /** A Korean name in Latin letters: its surname, and the rest as one word or as several. */
  function inLatin(name) {
    const anyOf = (terms) => any([...terms].map((term) => one(term)));
    const apart = all(name.syllables.map(anyOf));
    return all([anyOf([...name.surnames].sort()), any([anyOf([...name.given].sort()), apart])]);
  }

  /** A word of the same sound or, if that tells enough, one that begins with it; in a run, more may always follow. */
  function sounds(sound) {
    if (sound.length < S.SHORTEST_SOUND) return [];
    return [one(F.SOUND + sound, sound.length >= tables.match.LONG_SOUND), one(F.SOUND_IN_RUN + sound, true)];
  }

  /** The word in another alphabet; at higher levels, as the beginning of a word there. */
  function keys(forms, level, literal) {
    if (forms.key.length < (level > Level.WORD ? S.SHORTEST_KEY : T.SHORTEST_WHOLE_KEY)) return [];
    const found = literal && !isAscii(forms.fold) ? [one(forms.key)] : [one(F.KEY + forms.key), one(forms.key)];
    if (level >= Level.PREFIX) {
      const key = level >= Level.TRUNCATED && !forms.unspaced ? parts.match.truncatedKey(forms) : forms.key;
      if (key.length >= (forms.unspaced ? T.SHORTEST_WHOLE_KEY : S.SHORTEST_KEY)) {
        found.push(one(F.KEY + key, true), one(key, true));
      }
    }
    return found;
  }

  return { Level, bySound, levelOf, expressionOf, excluding, one, any, all };
});
