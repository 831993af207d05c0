"use strict";
/* The search as one types: hits by item, down to the slide, with pictures and marked words; facets; the address of a search. */

(function () {
  const FACETS = ["collection", "country", "language", "kind", "year", "speaker"];
  const PLURALS = {
    collection: "collections", country: "countries", language: "languages", kind: "kinds", year: "years", speaker: "speakers",
  };
  // Items shown at first; hits asked for at once, and when nobody types any more; values of a facet.
  const [FIRST, SOON, MOST, VALUES, COLLECTIONS] = [20, 40, 400, 12, 60];
  const PAUSE = 250;
  const EXACT = "exact";
  // The headings of what was found, the surest first, and the kinds of matches below each.
  const HEADINGS = {
    "exact": ["exact"], "similar_form": ["form", "alphabet"], "same_meaning": ["meaning"], "similar_sound": ["sound"],
    "similar_some": ["some"],
  };
  const view = document.getElementById("search");
  const field = view.querySelector("input[type=search]");
  const place = (name) => view.querySelector(`[data-${name}]`);
  let items = new Map();
  let collections = new Map();
  let state = { words: "", chosen: {} };
  let shown = FIRST;
  let latest = [];
  let asked = 0;
  let everything = false;

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  function read() {
    const address = location.hash.startsWith("#?") ? new URLSearchParams(location.hash.slice(2)) : new URLSearchParams();
    const chosen = Object.fromEntries(FACETS.map((facet) => [facet, address.getAll(facet)]));
    state = { words: address.get("q") ?? "", chosen };
    if (field.value.trim() !== state.words) field.value = state.words;
  }

  function write() {
    const address = new URLSearchParams();
    if (state.words) address.set("q", state.words);
    for (const facet of FACETS) for (const value of state.chosen[facet]) address.append(facet, value);
    history.replaceState(null, "", `#?${address}`);
  }

  const valuesOf = {
    collection: (item) => [item.collection],
    country: (item) => item.countries ?? [],
    language: (item) => item.languages ?? [],
    kind: (item) => [item.kind],
    year: (item) => (item.year ? [String(item.year)] : []),
    speaker: (item) => item.speakers ?? [],
  };

  const labelOf = {
    collection: (value) => collections.get(value)?.title ?? value,
    country: (value) => Catalogue.named("countries", value),
    language: (value) => Catalogue.named("languages", value),
    kind: (value) => Catalogue.say(`kind_${value}`),
    year: (value) => value,
    speaker: (value) => value,
  };

  function passes(item, but = "") {
    return FACETS.every((facet) => {
      const chosen = state.chosen[facet];
      return facet === but || !chosen.length || valuesOf[facet](item).some((value) => chosen.includes(value));
    });
  }

  function filters() {
    const given = Object.entries(state.chosen).filter(([facet, chosen]) => chosen.length && facet !== "speaker");
    return Object.fromEntries(given.map(([facet, chosen]) => [PLURALS[facet], facet === "year" ? chosen.map(Number) : chosen]));
  }

  /** The first hits of what is chosen, which are soon there; whole: they are all. Without words, every item. */
  async function soon() {
    if (!state.words) {
      const every = [...items.keys()].map((item) => ({ item, section: null, match: EXACT, missing: [], snippet: [] }));
      return { hits: every, whole: true };
    }
    const loaded = await MaterialsSearch.open(wanted());
    if (loaded.every((each) => !each.loaded)) return { hits: [], large: true, whole: true };
    const found = MaterialsSearch.search(state.words, { filters: filters(), limit: SOON });
    return { ...found, whole: found.hits.length < SOON && !Object.values(state.chosen).flat().length };
  }

  /** All hits of the words, before the facets, which count them. */
  function all() {
    const found = MaterialsSearch.search(state.words, { filters: {}, limit: MOST });
    // More than the facets can be counted from: those that are chosen narrow the search itself.
    if (found.hits.length < MOST || !Object.keys(filters()).length) return found;
    return MaterialsSearch.search(state.words, { filters: filters(), limit: MOST });
  }

  /** The collections whose data the search needs: those that are chosen; else it decides, and loads none of too many. */
  function wanted() {
    if (everything) return [...collections.keys()];
    return state.chosen.collection.length ? state.chosen.collection : undefined;
  }

  async function find() {
    const turn = ++asked;
    const waiting = setTimeout(() => (place("status").textContent = Catalogue.say("loading")), 300);
    try {
      const first = await soon();
      if (turn !== asked) return;
      clearTimeout(waiting);
      show(first);
      if (first.whole) return;
      await new Promise((drawn) => setTimeout(drawn, PAUSE));
      if (turn === asked) show({ ...all(), whole: true });
    } catch (error) {
      console.warn(error);
      if (turn === asked) place("status").textContent = Catalogue.say("failed");
    } finally {
      clearTimeout(waiting);
    }
  }

  function show({ hits, suggestions, large, whole, idle, alone, onlyExcludes }) {
    const known = hits.filter((hit) => items.has(hit.item));
    latest = known.filter((hit) => passes(items.get(hit.item)));
    suggest(suggestions ?? []);
    list(latest);
    place("everything").hidden = !large;
    if (!whole) {
      place("status").textContent = "…";
      return;
    }
    facets(large ? [...items.values()] : known.map((hit) => items.get(hit.item)));
    if (large) place("status").textContent = Catalogue.say("large");
    else if (onlyExcludes) place("status").textContent = Catalogue.say("only_excludes");
    else tell(latest, new Set(idle), new Set(alone));
  }

  /** Tell how much is found. idle: each OR that had nothing to join; alone: the operators that were typed without any word. */
  function tell(left, idle, alone) {
    const count = new Set(left.map((hit) => hit.item)).size;
    const found = !left.length ? Catalogue.say("nothing")
      : state.words ? Catalogue.say("found", { n: left.length }) : Catalogue.say("listed", { n: count });
    const leftOut = [...idle].map((what) => Catalogue.say("idle_or", { what }));
    const asWords = [...alone].map((what) => Catalogue.say("operator_alone", { what }));
    place("status").textContent = [found, ...leftOut, ...asWords].join(" ");
  }

  function suggest(suggestions) {
    const paragraph = place("suggestion");
    paragraph.hidden = !suggestions.length;
    if (!suggestions.length) return;
    const [before, after] = Catalogue.say("did_you_mean", { what: "\n" }).split("\n");
    const button = make("button", { type: "button", className: "link", textContent: suggestions[0] });
    button.addEventListener("click", () => ask({ words: suggestions[0] }));
    paragraph.replaceChildren(before, button, after);
  }

  function list(left) {
    const groups = Object.fromEntries(Object.keys(HEADINGS).map((name) => [name, new Map()]));
    for (const hit of left) {
      const name = Object.keys(HEADINGS).find((each) => HEADINGS[each].includes(hit.match)) ?? "similar_some";
      if (!groups[name].has(hit.item)) groups[name].set(hit.item, []);
      groups[name].get(hit.item).push(hit);
    }
    const parts = [];
    let room = shown;
    for (const [name, group] of Object.entries(groups)) {
      if (!group.size || room <= 0) continue;
      if (state.words) parts.push(make("h2", { textContent: Catalogue.say(name) }));
      for (const [key, found] of [...group].slice(0, room)) parts.push(entry(items.get(key), found));
      room -= group.size;
    }
    const focused = place("results").contains(document.activeElement) ? markOf(document.activeElement) : null;
    place("results").replaceChildren(...parts);
    if (focused) [...place("results").querySelectorAll("a, button")].find((each) => markOf(each) === focused)?.focus();
    place("more").hidden = room >= 0;
    Catalogue.mark();
  }

  /** What tells a link or button in the list from the others. */
  function markOf(element) {
    return element.dataset.choose ?? element.getAttribute("href");
  }

  function addressOf(item, section = null) {
    const anchor = section === null ? "" : `#${item.key}/${section}`;
    if (Catalogue.single) return anchor || `#${item.key}`;
    return `${Catalogue.root}items/${item.key}.html${anchor}`;
  }

  function entry(item, found) {
    const link = make("a", { href: addressOf(item), textContent: item.title, lang: item.lang ?? "" });
    const about = [item.event, (item.speakers ?? []).join(", "), Catalogue.say(`kind_${item.kind}`)].filter(Boolean).join(" · ");
    const named = state.words ? found.find((hit) => hit.section === null) : null;
    const line = make("p", { className: "small", textContent: about });
    const article = make("article", { className: "found" }, make("h3", {}, link), line);
    if (named) article.append(make("p", { className: "small" }, ...marked(named.snippet)));
    const hits = found.filter((hit) => hit.section !== null);
    if (hits.length) article.append(make("ul", { className: "hits" }, ...hits.map((hit) => slide(item, hit))));
    return article;
  }

  function slide(item, hit) {
    const row = make("li");
    const picture = Catalogue.pictureOf(item, hit.section);
    if (picture) row.append(picture);
    const label = Catalogue.say(item.unit ?? "section", { n: hit.section });
    const link = make("a", { href: addressOf(item, hit.section), textContent: label });
    const told = make("div", {}, link, make("p", { className: "snippet" }, ...marked(hit.snippet)));
    if (hit.missing.length) {
      told.append(make("p", { className: "small", textContent: Catalogue.say("without", { what: hit.missing.join(", ") }) }));
    }
    const button = make("button", { type: "button", className: "choose" });
    button.dataset.choose = `${item.key}/${hit.section}`;
    row.append(told, button);
    return row;
  }

  function marked(snippet) {
    return snippet.map(([text, isMarked]) => (isMarked ? make("mark", { textContent: text }) : text));
  }

  function facets(found) {
    const distinct = [...new Set(found)];
    const fieldsets = FACETS.map((facet) => {
      const counts = new Map(state.chosen[facet].map((value) => [value, 0]));
      for (const item of distinct) {
        if (passes(item, facet)) for (const value of valuesOf[facet](item)) counts.set(value, (counts.get(value) ?? 0) + 1);
      }
      if (!counts.size || (counts.size === 1 && !state.chosen[facet].length)) return null;
      return fieldset(facet, counts);
    });
    const focused = document.activeElement?.dataset?.value;
    place("facets").replaceChildren(...fieldsets.filter(Boolean));
    if (focused) [...place("facets").querySelectorAll("input")].find((input) => input.dataset.value === focused)?.focus();
    view.querySelector(".facets").hidden = !place("facets").children.length;
    place("clear").hidden = FACETS.every((facet) => !state.chosen[facet].length);
  }

  function fieldset(facet, counts) {
    const order = facet === "year" ? (a, b) => (a[0] < b[0] ? 1 : -1) : (a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
    const chosen = state.chosen[facet];
    const rows = [...counts].sort(order);
    const shownAtMost = facet === "collection" ? COLLECTIONS : VALUES;
    const most = rows.slice(0, shownAtMost).concat(rows.slice(shownAtMost).filter(([value]) => chosen.includes(value)));
    const labels = most.map(([value, count]) => {
      const input = make("input", { type: "checkbox", checked: chosen.includes(value) });
      input.dataset.value = `${facet}:${value}`;
      input.addEventListener("change", () => {
        const others = chosen.filter((each) => each !== value);
        ask({ chosen: { ...state.chosen, [facet]: input.checked ? [...others, value] : others } });
      });
      const amount = make("span", { className: "amount", textContent: Catalogue.number(count) });
      return make("label", {}, input, make("span", { textContent: labelOf[facet](value) }), amount);
    });
    return make("fieldset", {}, make("legend", { textContent: Catalogue.say(facet) }), ...labels);
  }

  function ask(change) {
    state = { ...state, ...change };
    shown = FIRST;
    if (change.words !== undefined) field.value = change.words;
    write();
    find();
  }

  function arrived() {
    if (Catalogue.single && !location.hash.startsWith("#?") && location.hash !== "#search") return;
    read();
    shown = FIRST;
    find();
  }

  async function begin() {
    const table = await Catalogue.data("items");
    items = new Map(table.items.map((item) => [item.key, item]));
    collections = new Map(table.collections.map((each) => [each.slug, each]));
    let pause = 0;
    field.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => ask({ words: field.value.trim() }), 120);
    });
    place("more").addEventListener("click", () => {
      shown += FIRST;
      list(latest);
    });
    place("everything").addEventListener("click", () => {
      everything = true;
      find();
    });
    place("clear").addEventListener("click", () => ask({ chosen: Object.fromEntries(FACETS.map((facet) => [facet, []])) }));
    if (matchMedia("(max-width: 52rem)").matches) view.querySelector(".facets").open = false;
    addEventListener("hashchange", arrived);
    Catalogue.onLanguage(() => view.hidden || find());
    arrived();
    if (!Catalogue.single) field.focus();
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
