"use strict";
// What is searched: the items and sections whose data are loaded, in one index.

MaterialsSearch.part("catalogue", (tables, parts) => {
  const AT_ONCE = 20_000;
  const { wordsIn, Shard, Table } = parts.index;
  // The weights of the fields: sections.py and passages.py.
  const weights = (rank) => rank.match(/[\d.]+(?=[,)])/g).map(Number);
  const sections = new Table(weights(tables.sections.RANK), ["title", "body", "notes"]);
  const names = new Table(weights(tables.passages.NAME_RANK), ["name", "folders", "about"]);
  const listed = tables.collections;
  const items = [];
  const rows = [];
  const loading = new Map();

  /** Load collections; without any given, all, unless they are too many for one page to hold at once. */
  async function load(wanted) {
    const total = listed.reduce((sum, each) => sum + each.sections, 0);
    const chosen = listed.filter((each) => (wanted ? wanted.includes(each.slug) : total <= AT_ONCE));
    for (const { file } of chosen) {
      if (!loading.has(file)) loading.set(file, MaterialsSearch.data(file).then(take));
      await loading.get(file);
    }
  }

  function take(data) {
    const [terms, words] = [data.terms.split("\n"), wordsIn(data.words)];
    const [ofSections, ofNames] = [new Shard(terms, words), new Shard(terms, words)];
    let at = 0;
    const three = () => data.coded.slice(at, (at += 3));
    for (const { sections: given, ...item } of data.items) {
      const number = items.length;
      items.push({ ...item, number });
      ofNames.add(three());
      given.forEach(([section, title, body, notes], place) => {
        rows.push({ item: number, position: place + 1, number: section, title, body, notes });
        ofSections.add(three());
      });
    }
    sections.add(ofSections);
    names.add(ofNames);
  }

  function collections() {
    return listed.map(({ slug, sections: count, file }) => ({ slug, sections: count, loaded: loading.has(file) }));
  }

  function text(item, number) {
    const found = rows.find((row) => row.number === number && items[row.item].id === item);
    return found ? { title: found.title, body: found.body, notes: found.notes } : null;
  }

  return { load, collections, text, listed, items, rows, sections, names };
});
