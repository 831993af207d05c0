"use strict";
// The inverted index: built in the page from the texts and the words that came with them, asked by expressions, ranked by BM25
// as SQLite's FTS5 does it (https://www.sqlite.org/fts5.html#the_bm25_function).

MaterialsSearch.part("index", () => {
  const [K1, B, LEAST_IDF] = [1.2, 0.75, 1e-6];
  const FIELDS = 3;
  const BETWEEN = -1;
  const [FIRST, COUNT, MULTIPLES] = [0x5d, 50_000, 0xe000];
  let turn = 0;

  /** Numbers of which nobody knows how many there will be. */
  class Growing {
    constructor() {
      this.numbers = new Int32Array(1 << 16);
      this.length = 0;
    }

    push(number) {
      if (this.length === this.numbers.length) {
        const larger = new Int32Array(this.length * 2);
        larger.set(this.numbers);
        this.numbers = larger;
      }
      this.numbers[this.length++] = number;
    }

    end() {
      return this.numbers.slice(0, this.length);
    }
  }

  /** Call take(number) for each number that characters stand for: site/index.py. */
  function read(written, take, from = 0, to = written.length) {
    for (let at = from; at < to; at++) {
      let code = written.charCodeAt(at);
      const multiples = code >= MULTIPLES ? code - MULTIPLES : 0;
      if (code >= MULTIPLES) code = written.charCodeAt(++at);
      take(multiples * COUNT + code - FIRST);
    }
  }

  /** The numbers of the terms of each word: {folds, others}; turn: the last text that had it. */
  function wordsIn(lines) {
    return lines.split("\n").map((line) => {
      const [folds, others] = line.split(" ").map((part) => {
        const numbers = [];
        read(part, (number) => numbers.push(number));
        return numbers;
      });
      return { folds, others, turn: 0 };
    });
  }

  /** Rows of three fields. All places of the terms with one beginning stand next to one another. */
  class Shard {
    /** terms: in order; words: of wordsIn(). */
    constructor(terms, words) {
      Object.assign(this, { terms, words, lengths: [], tokens: new Growing(), fields: new Growing() });
    }

    /** Add a row. coded: the words of each of its fields. */
    add(coded) {
      const row = this.lengths.length;
      const before = this.tokens.length;
      coded.forEach((written, number) => {
        this.field = row * FIELDS + number;
        this.put(written);
        this.push(BETWEEN);
      });
      this.lengths.push(this.tokens.length - before - FIELDS);
    }

    push(token) {
      this.tokens.push(token);
      this.fields.push(this.field);
    }

    /** The terms of a text as the index of the command line has them: folded words, so that phrases are found, then others. */
    put(written) {
      const space = written.indexOf(" ");
      const fresh = [];
      turn++;
      read(written, (number) => {
        const word = this.words[number];
        for (const term of word.folds) this.push(term);
        if (word.turn !== turn) fresh.push(word);
        word.turn = turn;
      }, 0, space);
      for (const word of fresh) for (const term of word.others) this.push(term);
      read(written, (number) => this.push(this.words[number].folds[0]), space + 1);
    }

    /** Put all places of each term beside one another. */
    finish() {
      const tokens = this.tokens.end();
      const starts = new Int32Array(this.terms.length + 1);
      for (let at = 0; at < tokens.length; at++) if (tokens[at] !== BETWEEN) starts[tokens[at] + 1]++;
      for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
      const places = new Int32Array(starts.at(-1));
      const next = starts.slice();
      for (let at = 0; at < tokens.length; at++) if (tokens[at] !== BETWEEN) places[next[tokens[at]]++] = at;
      Object.assign(this, { words: null, tokens, fields: this.fields.end(), starts, places });
    }

    /** The numbers of the terms that are this one, or begin with it: from, to. */
    range(term, prefix) {
      const from = this.first((other) => other >= term);
      if (!prefix) return [from, from + (this.terms[from] === term ? 1 : 0)];
      return [from, this.first((other) => other > term && !other.startsWith(term))];
    }

    /** The first term for which something is true that is so for all behind it. */
    first(isBehind) {
      let [low, high] = [0, this.terms.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (isBehind(this.terms[middle])) high = middle;
        else low = middle + 1;
      }
      return low;
    }

    /** Call found(row, field) for each place where a phrase stands. */
    eachPlace({ tokens, prefix }, found) {
      const ranges = tokens.map((term, at) => this.range(term, prefix && at === tokens.length - 1));
      if (ranges.some(([from, to]) => from === to)) return;
      const [first, ...rest] = ranges;
      for (let at = this.starts[first[0]]; at < this.starts[first[1]]; at++) {
        const place = this.places[at];
        if (rest.length && !rest.every(([from, to], n) => this.tokens[place + n + 1] >= from && this.tokens[place + n + 1] < to)) {
          continue;
        }
        found(Math.floor(this.fields[place] / FIELDS), this.fields[place] % FIELDS);
      }
    }
  }

  /** Sections, or names of items: the shards of all data that are loaded. weights: of the three fields; names: of them. */
  class Table {
    constructor(weights, names) {
      this.weights = weights;
      this.names = names;
      this.shards = [];
      this.size = 0;
      this.length = 0;
      this.kept = new Map();
    }

    add(shard) {
      shard.finish();
      shard.before = this.size;
      this.shards.push(shard);
      this.size += shard.lengths.length;
      this.length = this.shards.reduce((sum, each) => each.lengths.reduce((total, length) => total + length, sum), 0);
      this.kept.clear();
    }

    /** The rows that an expression finds, and their ranks: the higher the better. */
    find(node, columns = node.columns) {
      if (node.tokens) return this.phrase(node, columns);
      if (node.but) {
        const excluded = this.find(node.but);
        return new Map([...this.find(node.found)].filter(([row]) => !excluded.has(row)));
      }
      const found = (node.all ?? node.any).map((inner) => this.find(inner, inner.columns ?? columns));
      return node.all ? inAll(found) : inAny(found);
    }

    phrase(node, columns) {
      const key = JSON.stringify([node.tokens, node.prefix, columns]);
      if (!this.kept.has(key)) this.kept.set(key, this.ranked(this.counted(node, columns)));
      return this.kept.get(key);
    }

    counted(node, columns) {
      const counts = new Map();
      const weights = this.weights.map((weight, field) => (!columns || columns.includes(this.names[field]) ? weight : 0));
      for (const shard of this.shards) {
        shard.eachPlace(node, (row, field) => {
          if (weights[field]) counts.set(shard.before + row, (counts.get(shard.before + row) ?? 0) + weights[field]);
        });
      }
      return counts;
    }

    ranked(counts) {
      const rarity = Math.log((this.size - counts.size + 0.5) / (counts.size + 0.5));
      const idf = rarity > 0 ? rarity : LEAST_IDF;
      const mean = this.length / this.size;
      for (const [row, count] of counts) {
        const length = this.lengthOf(row);
        counts.set(row, (idf * count * (K1 + 1)) / (count + K1 * (1 - B + (B * length) / mean)));
      }
      return counts;
    }

    lengthOf(row) {
      const shard = this.shards.length === 1 ? this.shards[0] : this.shards.findLast((each) => each.before <= row);
      return shard.lengths[row - shard.before];
    }

    /** The best rows of an expression: [row, rank]. only: of these rows; a function, or null for all. */
    best(node, limit, only = null) {
      const found = [...this.find(node)].filter(([row]) => !only || only(row));
      return found.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit);
    }

    /** In how many rows a term stands. */
    count(term) {
      return this.find({ tokens: [term], prefix: false }).size;
    }

    has(term) {
      return this.shards.some((shard) => {
        const [from, to] = shard.range(term, false);
        return shard.starts[from] < shard.starts[to];
      });
    }

    /** The terms that begin so, in the order of the alphabet. */
    beginningWith(beginning) {
      const found = this.shards.flatMap((shard) => {
        const [from, to] = shard.range(beginning, true);
        const numbers = Array.from({ length: to - from }, (_, at) => from + at);
        return numbers.filter((number) => shard.starts[number] < shard.starts[number + 1]).map((number) => shard.terms[number]);
      });
      return this.shards.length > 1 ? [...new Set(found)].sort() : found;
    }
  }

  function inAll(found) {
    const [smallest, ...others] = [...found].sort((a, b) => a.size - b.size);
    const both = new Map();
    for (const [row, rank] of smallest) {
      if (others.every((other) => other.has(row))) both.set(row, others.reduce((sum, other) => sum + other.get(row), rank));
    }
    return both;
  }

  function inAny(found) {
    const either = new Map();
    for (const each of found) for (const [row, rank] of each) either.set(row, (either.get(row) ?? 0) + rank);
    return either;
  }

  return { wordsIn, Shard, Table };
});
