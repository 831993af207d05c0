"use strict";
// The inverted index: built in the page from the texts and the words that came with them, asked by expressions, ranked by BM25
// as SQLite's FTS5 does it (https://www.sqlite.org/fts5.html#the_bm25_function).

MaterialsSearch.part("index", (tables, parts) => {
  const [K1, B, LEAST_IDF] = [1.2, 0.75, 1e-6];
  const FIELDS = 3;
  const BETWEEN = -1;
  const { stream } = parts.words;

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

  /** The words of one file of data: lines of a word, its folded words, and other terms, as the command line has them. */
  function wordsIn(lines) {
    return new Map(lines.split("\n").map((line) => [line.slice(0, line.indexOf("\t")), line]));
  }

  /** The terms of some words, each by a number. words: as wordsIn() has them; any other is read here. */
  class Terms {
    constructor(words) {
      this.words = words;
      this.numbers = new Map();
      this.ofRaw = new Map();
    }

    number(term) {
      let found = this.numbers.get(term);
      if (found === undefined) this.numbers.set(term, (found = this.numbers.size));
      return found;
    }

    /** The numbers of the terms of a word of a text: of its folded words, and others. */
    of(raw) {
      let found = this.ofRaw.get(raw);
      if (!found) this.ofRaw.set(raw, (found = this.read(raw).map((terms) => terms.map((term) => this.number(term)))));
      return found;
    }

    read(raw) {
      const line = this.words.get(raw);
      if (line === undefined) return parts.words.indexed(raw);
      const [, folds, others] = line.split("\t");
      return [(folds || raw.toLowerCase()).split(" "), others ? others.split(" ") : []];
    }
  }

  /** Rows of three fields. All postings of the terms with one beginning stand next to one another. */
  class Shard {
    constructor(terms) {
      this.known = terms;
      this.tokens = new Growing();
      this.fields = new Growing();
      this.lengths = [];
    }

    /** Add a row. fields: its texts; more: terms behind the second of them. */
    add(fields, more = []) {
      const row = this.lengths.length;
      let length = 0;
      const put = (terms, field) => {
        for (const term of terms) {
          this.tokens.push(typeof term === "string" ? this.known.number(term) : term);
          this.fields.push(row * FIELDS + field);
        }
        length += terms.length;
      };
      fields.forEach((text, field) => {
        if (text) stream(text, (raw) => this.known.of(raw), (terms) => put(terms, field));
        if (field === 1) put(more, field);
        this.tokens.push(BETWEEN);
        this.fields.push(row * FIELDS + field);
      });
      this.lengths.push(length);
    }

    /** Put the terms in order, and all places of each beside one another. */
    finish() {
      this.terms = [...this.known.numbers.keys()].sort();
      const order = new Int32Array(this.terms.length);
      this.terms.forEach((term, number) => (order[this.known.numbers.get(term)] = number));
      this.tokens = this.tokens.end();
      this.fields = this.fields.end();
      this.starts = new Int32Array(this.terms.length + 1);
      for (const [at, token] of this.tokens.entries()) {
        if (token === BETWEEN) continue;
        this.tokens[at] = order[token];
        this.starts[order[token] + 1]++;
      }
      for (let at = 1; at < this.starts.length; at++) this.starts[at] += this.starts[at - 1];
      this.places = new Int32Array(this.starts.at(-1));
      const next = this.starts.slice();
      for (const [at, token] of this.tokens.entries()) if (token !== BETWEEN) this.places[next[token]++] = at;
      this.known = null;
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

  return { wordsIn, Terms, Shard, Table };
});
