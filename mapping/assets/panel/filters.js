// Filters: lists of values with counts that follow the other filters.

import { formatNumber, t } from "../core/words.js";
import { el } from "../core/dom.js";
import { acronyms, fold, wordFinder } from "../core/fold.js";
import { FACET_KEYS, NOBODY, OTHERS, facetCounts, facetValues } from "../core/facets.js";
import { facetLabel, facetNames } from "./chips.js";

const FACET_SHOWN = 8;
const FACET_MOST = 100;

export class FilterPanel {
  constructor({ data, store }) {
    this.data = data;
    this.store = store;
    this.facets = FACET_KEYS.filter((key) => facetValues(data, key).length > 0)
      .map((key) => new FacetList({ data, store, key }));
    document.getElementById("ca-panel-filters").append(
      el("p", { class: "ca-hint", text: t("filters.hint") }), ...this.facets.map((facet) => facet.box));
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    for (const facet of this.facets) facet.update(view, state);
  }
}

/** One facet: a disclosure with checkboxes, the most frequent first, the chosen ones always shown. */
class FacetList {
  constructor({ data, store, key }) {
    this.data = data;
    this.store = store;
    this.key = key;
    this.wanted = "";
    /** @type {(text: string) => boolean} */
    this.holds = () => true;
    this.all = false;
    this.rows = new Map();
    this.list = el("ul", { class: "ca-facet-list" });
    this.count = el("span", { class: "ca-facet-count" });
    this.more = el("button", { type: "button", class: "ca-link-button", onclick: () => { this.all = !this.all; this.draw(); } });
    this.find = el("input", {
      type: "search", class: "ca-facet-find", dir: "auto", "aria-label": t("facet.find", { name: t(`facet.${key}`) }),
      placeholder: t("facet.find", { name: t(`facet.${key}`) }), oninput: () => { this.look(this.find.value.trim()); this.draw(); },
    });
    this.find.hidden = facetValues(data, key).length <= FACET_SHOWN;
    this.box = el("details", { class: "ca-facet", open: ["actor", "kind"].includes(key), ontoggle: () => this.draw() },
      el("summary", {}, el("span", { text: t(`facet.${key}`) }), this.count), this.find, this.list, this.more);
  }

  /** Look for values; a short name in capitals is a word by itself. */
  look(query) {
    this.wanted = fold(query);
    this.holds = wordFinder(this.wanted, acronyms(query).has(this.wanted));
  }

  /** How the claims spell a source, where that is not its name. */
  spelt(value) {
    if (this.key !== "source") return null;
    const names = this.data.spelt[facetValues(this.data, "source").indexOf(value)];
    return names ? el("span", { class: "ca-muted", dir: "auto", text: t("facet.spelt", { names: names.split("\n").join(", ") }) }) : null;
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    this.view = view;
    this.state = state;
    const chosen = state[this.key].length;
    this.count.textContent = chosen ? t("facet.chosen", { n: chosen }) : "";
    this.draw();
  }

  draw() {
    if (!this.box.open || !this.view) return;
    const counts = facetCounts(this.data, this.key, this.view);
    const values = facetValues(this.data, this.key);
    const chosen = new Set(this.state[this.key]);
    const codes = this.sortedCodes(values, counts, chosen);
    const shown = this.wanted || this.all ? codes.slice(0, FACET_MOST) : codes.slice(0, Math.max(FACET_SHOWN, chosen.size));
    const rows = shown.map((code) => this.row(values[code], counts[code], chosen));
    if (chosen.has(OTHERS) || chosen.has(NOBODY)) {
      for (const value of [OTHERS, NOBODY]) if (chosen.has(value)) rows.unshift(this.row(value, null, chosen));
    }
    // Rows are reused, so that the focus stays where it is.
    if (rows.length !== this.list.children.length || rows.some((row, i) => this.list.children[i] !== row)) {
      const focused = this.list.contains(document.activeElement) ? /** @type {HTMLElement} */ (document.activeElement) : null;
      this.list.replaceChildren(...rows);
      focused?.focus({ preventScroll: true });
    }
    this.more.hidden = Boolean(this.wanted) || codes.length <= FACET_SHOWN;
    this.more.textContent = this.all ? t("facet.fewer") : t("facet.more", { n: codes.length - shown.length });
  }

  sortedCodes(values, counts, chosen) {
    const codes = [];
    const order = { kind: true, rating: true }[this.key];
    for (let code = 0; code < values.length; code++) {
      if (!counts[code] && !chosen.has(values[code])) continue;
      if (this.wanted && !this.holds(facetNames(this.data, this.key, values[code], code))) continue;
      codes.push(code);
    }
    const first = (code) => (chosen.has(values[code]) ? 0 : 1);
    if (this.key === "rating") return codes;
    if (order) return codes.sort((a, b) => counts[b] - counts[a]);
    return codes.sort((a, b) => first(a) - first(b) || counts[b] - counts[a]);
  }

  row(value, count, chosen) {
    let row = this.rows.get(value);
    if (!row) {
      const box = el("input", { type: "checkbox", onchange: () => this.toggle(value, box.checked) });
      const number = el("span", { class: "ca-facet-number" });
      row = el("li", {}, el("label", {}, box, el("span", { class: "ca-facet-label", dir: "auto", text: facetLabel(this.data, this.key, value) }), this.spelt(value), number));
      Object.assign(row, { box, number });
      this.rows.set(value, row);
    }
    row.box.checked = chosen.has(value);
    row.number.textContent = count === null ? "" : formatNumber(count);
    return row;
  }

  toggle(value, chosen) {
    const others = this.store.get()[this.key].filter((other) => other !== value && other !== NOBODY);
    this.store.set({ [this.key]: chosen ? [...others, value] : others });
  }
}
