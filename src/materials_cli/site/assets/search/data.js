"use strict";
// The search of the catalogue page: what it is made of, and how its data reach it. Plain scripts, since a page that is opened
// by double-click may load nothing else; each data script calls put() with a base64 of gzipped JSON.

var MaterialsSearch = (function () {
  const given = new Map();
  const makers = [];
  const parts = {};
  let opening = null;

  /** What a data script holds: called by the script itself. */
  function put(name, base64) {
    given.set(name, base64);
  }

  /** Register a part of the search; it is made when the tables are there. make(tables, parts) → its functions. */
  function part(name, make) {
    makers.push([name, make]);
  }

  async function inflated(base64) {
    const stream = new Blob([bytes(base64)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  function bytes(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const letters = atob(base64);
    const found = new Uint8Array(letters.length);
    for (let at = 0; at < letters.length; at++) found[at] = letters.charCodeAt(at);
    return found;
  }

  /** The data of a script, which is loaded first if the page has not done so. name: "search", for the tables, or that of a collection. */
  async function data(name) {
    if (!given.has(name)) await loaded(`${document.documentElement.dataset.root ?? ""}data/${name}.js`);
    if (!given.has(name)) throw new Error(`${name}.js holds no data`);
    const base64 = given.get(name);
    given.delete(name);
    return inflated(base64);
  }

  function loaded(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(`${address} is not there`));
      document.head.append(script);
    });
  }

  /**
   * Make the search ready. wanted: the collections to load (slugs); without any, all of them if they are not too many to be
   * loaded at once. Resolves to the collections: [{slug, sections, loaded}]. What is loaded already is not loaded again.
   */
  async function open(wanted) {
    opening ??= begin();
    const catalogue = await opening;
    await catalogue.load(wanted);
    return catalogue.collections();
  }

  async function begin() {
    const tables = await data("search");
    for (const [name, make] of makers) parts[name] = make(tables, parts);
    return parts.catalogue;
  }

  /** Search for what a person typed; see the part `engine`. open() has to have resolved. */
  function search(text, { filters = {}, limit = 20 } = {}) {
    return parts.answers.search(text, filters, limit);
  }

  /** The texts of a section: {title, body, notes}; null for one that is not loaded. item: its id; section: its number. */
  function text(item, section) {
    return parts.catalogue.text(item, section);
  }

  return { put, part, data, open, search, text, parts };
})();
