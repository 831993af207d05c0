"use strict";
/* What every page does: the reader's language, light and dark, addresses of slides, what is chosen for the hand-out.
   Texts only ever become text, never markup. */

var Catalogue = (function () {
  const html = document.documentElement;
  const single = "single" in html.dataset;
  const root = html.dataset.root;
  const given = {};
  const memory = new Map();
  const [onLanguage, onChoice] = [[], []];
  let language = "en";

  /** What a data script hands over: called by the script itself. */
  function take(name, value) {
    given[name] = value;
  }

  /** What a data script holds; the script is loaded if the page has not done so. */
  async function data(name) {
    if (!(name in given)) await load(`${root}data/${name}.js`);
    return given[name];
  }

  function load(address) {
    return new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(address));
      document.head.append(script);
    });
  }

  // What a reader has chosen is kept where the browser allows that, else for as long as the page is open.
  function stored(name) {
    try {
      return localStorage.getItem(`materials:${name}`);
    } catch {
      return memory.get(name) ?? null;
    }
  }

  function store(name, value) {
    memory.set(name, value);
    try {
      localStorage.setItem(`materials:${name}`, value);
    } catch {
      // it stays in memory
    }
  }

  // Languages.

  function preferred() {
    const known = given.words.order;
    const wished = [stored("language"), ...navigator.languages.map((each) => each.split("-")[0])];
    return wished.find((each) => known.includes(each)) ?? "en";
  }

  function number(value) {
    return new Intl.NumberFormat(language === "kk" ? "ru" : language).format(value);
  }

  /** A sentence of the pages in the reader's language. n: the number in it; what: the name in it. */
  function say(key, { n, what = "" } = {}) {
    const found = given.words.sentences[key][language];
    const form = n === undefined ? "other" : new Intl.PluralRules(language === "kk" ? "en" : language).select(n);
    const text = typeof found === "string" ? found : (found[form] ?? found.other);
    return text.replace(/\{(n|what)\}/g, (_, name) => (name === "n" ? number(n) : what));
  }

  function named(table, code) {
    return given.words[table][code]?.[given.words.order.indexOf(language)] ?? code;
  }

  /** A date in EDTF: a day, month or year, or an interval of them; any other as it is. */
  function date(text) {
    const parts = text.split("/").map((part) => /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(part));
    if (parts.length > 2 || parts.some((part) => part === null)) return text;
    const [start, end = start] = parts;
    if (start[0] === end[0]) return written(start[1], start[2], start[3]);
    if (start[1] === end[1] && start[2] === end[2] && start[3] && end[3])
      return written(start[1], start[2], `${Number(start[3])}–${Number(end[3])}`);
    return parts.map((part) => written(part[1], part[2], part[3])).join(" – ");
  }

  function written(year, month, day) {
    if (!month) return year;
    const names = given.words.months[Number(month) - 1];
    const place = given.words.order.indexOf(language);
    const values = {
      year,
      day: /^\d+$/.test(day ?? "") ? String(Number(day)) : day,
      month: names[place],
      alone: names[given.words.order.length + place],
    };
    return given.words.sentences[day ? "date_day" : "date_month"][language].replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function bytes(count) {
    const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
    const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), 3);
    const style = { style: "unit", unit: units[power], maximumFractionDigits: 1 };
    return new Intl.NumberFormat(language === "kk" ? "ru" : language, style).format(count / 1000 ** power);
  }

  const shown = {
    t: (value, element) => {
      const { n, what } = element.dataset;
      return say(value, { n: n === undefined ? undefined : Number(n), what });
    },
    number: (value) => number(Number(value)),
    country: (value) => named("countries", value),
    language: (value) => named("languages", value),
    date,
    bytes: (value) => bytes(Number(value)),
  };
  const attributes = { tLabel: "aria-label", tPlaceholder: "placeholder", tTitle: "title" };

  function translate(place = document) {
    for (const [name, make] of Object.entries(shown))
      for (const element of place.querySelectorAll(`[data-${name}]`))
        element.textContent = make(element.dataset[name], element);
    for (const [name, attribute] of Object.entries(attributes)) {
      const selector = `[data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}]`;
      for (const element of place.querySelectorAll(selector)) element.setAttribute(attribute, say(element.dataset[name]));
    }
  }

  function speak(chosen) {
    language = chosen;
    html.lang = chosen;
    translate();
    mark();
    for (const listener of onLanguage) listener();
  }

  // Light and dark.

  function paint(theme) {
    if (theme) html.dataset.theme = theme;
  }

  function otherTheme() {
    const dark = html.dataset.theme ? html.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    return dark ? "light" : "dark";
  }

  // What is chosen for the hand-out: “KEY/4”.

  const shelf = `chosen:${html.dataset.archive}`;

  function chosen() {
    return (stored(shelf) ?? "").split(",").filter(Boolean);
  }

  function choose(places) {
    store(shelf, [...new Set(places)].join(","));
    mark();
    for (const listener of onChoice) listener();
  }

  function mark() {
    const now = new Set(chosen());
    for (const button of document.querySelectorAll("[data-choose]")) {
      const pressed = now.has(button.dataset.choose);
      button.setAttribute("aria-pressed", String(pressed));
      button.textContent = say(pressed ? "remove" : "add");
    }
    for (const count of document.querySelectorAll("[data-chosen]")) count.textContent = now.size ? number(now.size) : "";
  }

  /** A page that is opened from a disk may have a storage of its own: what is chosen goes along in the address. */
  function arrive() {
    const along = new URLSearchParams(location.search).get("chosen");
    if (along === null) return;
    store(shelf, along.replaceAll("_", ","));
    history.replaceState(null, "", location.pathname + location.hash);
  }

  function leave(link) {
    if (single || location.protocol !== "file:" || link.protocol !== "file:" || link.hasAttribute("download")) return;
    if (chosen().length || stored(shelf) !== null) link.search = `?chosen=${chosen().join(",").replaceAll(",", "_")}`;
  }

  // Addresses.

  const views = () => [...document.querySelectorAll(".view")];

  function viewOf(address, target) {
    if (address === "" || address === "start") return document.getElementById("start");
    if (address.startsWith("?")) return document.getElementById("search");
    if (address.startsWith("!")) return document.getElementById("handout");
    return target?.closest(".view") ?? null;
  }

  async function go() {
    const address = decodeURIComponent(location.hash.slice(1));
    const target = document.getElementById(address);
    const lost = document.querySelector(".lost");
    lost.hidden = true;
    if (single) {
      if (address === "main") return;
      const view = viewOf(address, target);
      lost.hidden = view !== null;
      for (const each of views()) each.hidden = each !== view;
      if (view === null) return;
      const heading = view.querySelector("h1").textContent;
      document.title = heading === html.dataset.title ? heading : `${heading} – ${html.dataset.title}`;
    } else if (!target && /^[0-9a-f]{10}(\/\d+)?$/.test(address)) {
      const [key] = address.split("/");
      const known = (await data("items")).items.some((item) => item.key === key);
      if (known) location.replace(`${root}items/${key}.html#${address}`);
      else lost.hidden = false;
      return;
    }
    if (target && target.classList.contains("slide")) {
      target.scrollIntoView({ block: "start" });
      target.focus({ preventScroll: true });
    } else if (single) scrollTo(0, 0);
  }

  /** The slide before or after the one that is in view. */
  function step(by) {
    const slides = [...document.querySelectorAll(".view:not([hidden]) .slide")];
    const focused = slides.indexOf(document.activeElement.closest(".slide"));
    const at = focused >= 0 ? focused : slides.findLastIndex((slide) => slide.getBoundingClientRect().top < innerHeight / 3);
    const next = slides[Math.max(at, by < 0 ? 0 : -1) + by];
    if (next) location.hash = next.id;
  }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
    if (event.key === "ArrowRight" && !event.target.closest(".scrolls, .strip")) step(1);
    else if (event.key === "ArrowLeft" && !event.target.closest(".scrolls, .strip")) step(-1);
    else if (event.key === "/") {
      const field = document.querySelector(".view:not([hidden]) .ask:not([hidden]) input");
      if (!field) return;
      event.preventDefault();
      field.focus();
    }
  }

  function onClick(event) {
    const button = event.target.closest("[data-choose]");
    const link = event.target.closest("a[href]");
    if (link) leave(link);
    if (!button) return;
    const place = button.dataset.choose;
    const now = chosen();
    choose(now.includes(place) ? now.filter((each) => each !== place) : [...now, place]);
  }

  function ask(event) {
    event.preventDefault();
    const words = new FormData(event.target).get("q").trim();
    const address = `#?${new URLSearchParams({ q: words })}`;
    if (document.getElementById("search")) location.hash = address;
    else location.href = `${root}search.html${address}`;
  }

  /** In the one file, each picture stands once; lists show it again. */
  function faces(place = document) {
    for (const words of place.querySelectorAll(".words[data-face]")) {
      const face = document.getElementById(`face/${words.dataset.face}`);
      if (face) words.replaceWith(copyOf(face));
    }
  }

  function copyOf(picture) {
    const copy = document.createElement("img");
    copy.src = picture.src;
    copy.alt = "";
    return copy;
  }

  /** The picture of a slide, as an element; null if there is none. item: a row of data/items.js; section: its number. */
  function pictureOf(item, section) {
    if (single) {
      const face = document.getElementById(`${item.key}/${section}`)?.querySelector("figure img");
      return face ? copyOf(face) : null;
    }
    const suffix = item.pictures?.[1][section];
    if (!suffix) return null;
    return Object.assign(document.createElement("img"), {
      src: `${root}${item.pictures[0]}/${section}${suffix}`, alt: "", loading: "lazy", decoding: "async",
    });
  }

  function begin() {
    html.dataset.title = document.querySelector(".top .home").textContent;
    for (const element of document.querySelectorAll(".scripted")) element.hidden = false;
    arrive();
    const select = document.getElementById("interface-language");
    speak(preferred());
    select.value = language;
    select.addEventListener("change", () => {
      store("language", select.value);
      speak(select.value);
    });
    document.getElementById("theme").addEventListener("click", () => {
      const theme = otherTheme();
      store("theme", theme);
      paint(theme);
    });
    for (const form of document.querySelectorAll("form.ask")) form.addEventListener("submit", ask);
    document.addEventListener("click", onClick);
    document.addEventListener("auxclick", onClick);
    document.addEventListener("keydown", onKey);
    addEventListener("hashchange", go);
    addEventListener("pageshow", mark);
    if (single) faces();
    go();
  }

  paint(stored("theme"));
  document.addEventListener("DOMContentLoaded", begin);

  return {
    take, data, say, number, named, mark, chosen, choose, pictureOf, single, root,
    onLanguage: (listener) => onLanguage.push(listener),
    onChoice: (listener) => onChoice.push(listener),
  };
})();
