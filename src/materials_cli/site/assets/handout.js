"use strict";
/* The hand-out: the chosen slides on one sheet, with their sources, to be printed or passed on as an address. */

(function () {
  const view = document.getElementById("handout");
  const place = (name) => view.querySelector(`[data-${name}]`);
  let items = new Map();

  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  /** The slides of the address, if it has any; else those that were chosen. */
  function places() {
    const address = decodeURIComponent(location.hash.slice(1));
    const listed = address.startsWith("!") ? address.slice(1).split(",") : Catalogue.chosen();
    return listed.map((each) => each.split("/")).filter(([key]) => items.has(key));
  }

  async function textOf(item, number) {
    const here = document.getElementById(`${item.key}/${number}`);
    if (here) {
      const text = (selector) => here.querySelector(selector)?.textContent ?? "";
      return { title: text(".heading"), body: text(".text") };
    }
    await MaterialsSearch.open([item.collection]);
    return MaterialsSearch.text(item.key, Number(number)) ?? { title: "", body: "" };
  }

  async function draw() {
    const chosen = places();
    const entries = await Promise.all(chosen.map(([key, number]) => entry(items.get(key), number)));
    place("handout").replaceChildren(...entries);
    place("empty").hidden = chosen.length > 0;
    const here = location.href.split("#")[0];
    place("handout-address").href = `${here}#!${chosen.map((each) => each.join("/")).join(",")}`;
    Catalogue.mark();
  }

  async function entry(item, number) {
    const { title, body } = await textOf(item, number).catch(() => ({ title: "", body: "" }));
    const picture = Catalogue.pictureOf(item, number);
    const lang = item.lang ?? "";
    const told = make("div", {}, make("h2", { textContent: title || Catalogue.say(item.unit ?? "section", { n: Number(number) }), lang: title ? lang : "" }));
    if (picture) picture.alt = [title, body].filter(Boolean).join("\n");
    else if (body) told.append(make("p", { className: "text", textContent: body, lang }));
    told.append(sourceOf(item, number));
    const remove = make("button", { type: "button", textContent: Catalogue.say("remove") });
    remove.addEventListener("click", () => drop(`${item.key}/${number}`));
    told.append(remove);
    const row = make("li", {}, told);
    if (picture) row.prepend(make("figure", {}, picture));
    return row;
  }

  function sourceOf(item, number) {
    const label = Catalogue.say(item.unit ?? "section", { n: Number(number) });
    const line = [(item.speakers ?? []).join(", "), item.event].filter(Boolean).join(" · ");
    const address = Catalogue.single ? `#${item.key}/${number}` : `${Catalogue.root}items/${item.key}.html#${item.key}/${number}`;
    const title = make("a", { href: address, textContent: item.title, lang: item.lang ?? "" });
    const source = make("p", { className: "small" }, `${Catalogue.say("source")}: `, title, `, ${label}`, make("br"), line);
    if (item.source?.startsWith("https://")) {
      source.append(make("br"), make("a", { href: item.source, textContent: item.source, rel: "noreferrer", className: "address" }));
    }
    return source;
  }

  function drop(place_) {
    const left = places().map((each) => each.join("/")).filter((each) => each !== place_);
    if (location.hash.startsWith("#!")) history.replaceState(null, "", Catalogue.single ? "#handout" : "#");
    Catalogue.choose(left);
  }

  async function begin() {
    items = new Map((await Catalogue.data("items")).items.map((item) => [item.key, item]));
    place("print").addEventListener("click", () => print());
    place("remove-all").addEventListener("click", () => {
      if (location.hash.startsWith("#!")) history.replaceState(null, "", Catalogue.single ? "#handout" : "#");
      Catalogue.choose([]);
    });
    Catalogue.onLanguage(draw);
    Catalogue.onChoice(draw);
    addEventListener("hashchange", draw);
    draw();
  }

  document.addEventListener("DOMContentLoaded", begin);
})();
