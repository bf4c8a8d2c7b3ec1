// Search box, chips of the active filters, and the one reset.

import { t, term } from "../core/words.js";
import { formatDay } from "../core/dates.js";
import { announce, el, part } from "../core/dom.js";
import { SPEAKING, fold, spokenNames } from "../core/fold.js";
import { placeByKey, placeName, setByKey } from "../core/lookup.js";
import { setTitle } from "../core/quantity.js";
import { FILTER_KEYS, emptyState } from "../core/state.js";
import { FACET_KEYS, NOBODY, OTHERS } from "../core/facets.js";

/** What a filter's value is called: place ids by name, codes in words. @param {Data} data */
export function facetLabel(data, key, value) {
  if (key === "place") {
    const place = placeByKey(data, value);
    return place < 0 ? value : placeName(data, place);
  }
  if (key === "actor" && value === OTHERS) return t("actors.others");
  if (key === "actor" && value === NOBODY) return t("actors.nobody");
  if (key === "kind") return term("kind", value);
  if (key === "status") return term("status_name", value);
  if (key === "rating") return ratingLabel(value);
  return value;
}

/** A value's label and, of actors and places, their other names: what it is found by. @param {Data} data */
export function facetNames(data, key, value, code) {
  if (SPEAKING.includes(key)) return fold(spokenNames(data, key, value, code));
  const others = key === "actor" ? data.aliases[code] : key === "place" ? data.places.get("names", code) : null;
  return fold(`${facetLabel(data, key, value)}\n${others ?? ""}`);
}

function ratingLabel(value) {
  if (value === "unrated") return t("rating.none");
  const list = /[A-F]/.test(value) ? "reliability" : "credibility";
  return t("rating.option", { code: value, words: term(list, value) });
}

export class Chips {
  constructor({ data, store }) {
    this.data = data;
    this.store = store;
    this.box = part(".ca-chips");
  }

  /** @param {State} state */
  update(state) {
    const chips = [];
    for (const key of FACET_KEYS) for (const value of state[key]) chips.push(this.chip(key, facetLabel(this.data, key, value), {
      [key]: state[key].filter((other) => other !== value),
    }));
    if (state.set !== null) chips.push(this.chip("set", setTitle(this.data, setByKey(this.data, state.set)), { set: null }));
    if (state.q) chips.push(this.chip("q", t("quote.marks", { text: state.q }), { q: "" }));
    if (state.asof !== null) chips.push(this.chip("asof", formatDay(state.asof), { asof: null }));
    if (chips.length) chips.push(el("button", { type: "button", class: "ca-reset", text: t("chips.reset"), onclick: () => this.reset() }));
    // On a phone the selection's own head says the same.
    this.box.dataset.only = FILTER_KEYS.some((key) => state[key].length) || state.q || state.asof !== null ? "" : "selection";
    const focused = this.box.contains(document.activeElement);
    this.box.replaceChildren(...chips);
    this.box.hidden = !chips.length;
    if (focused) (this.box.querySelector("button") || part(".ca-query")).focus();
  }

  chip(key, label, patch) {
    const name = t(`facet.${key}`);
    return el("button", {
      type: "button", class: "ca-chip", title: t("chips.remove", { name, value: label }), onclick: () => this.store.set(patch),
    }, el("span", { class: "ca-chip-name", text: `${name} ` }), el("span", { dir: "auto", text: label }),
    el("span", { class: "ca-chip-x", "aria-hidden": "true", text: "×" }), el("span", { class: "ca-sr", text: ` ${t("chips.remove_hint")}` }));
  }

  reset() {
    this.store.set({ ...emptyState(), at: this.store.get().at });
    announce(t("chips.reset_done"));
  }
}

/** The search box: typing filters at once, Escape empties it. @param {Store} store */
export function setUpSearch(store) {
  const input = part(".ca-query");
  part(".ca-search").addEventListener("submit", (event) => event.preventDefault());
  input.addEventListener("input", () => store.set({ q: input.value.trim() }, { series: "typing" }));
  return (state) => {
    if (input.value.trim() !== state.q) input.value = state.q;
  };
}
