// A rendering of its own for paper: what is shown, by which filters, and the claims in full.

import { joinWords, t } from "../core/words.js";
import { el, part } from "../core/dom.js";
import { canonicalOf, setByKey } from "../core/lookup.js";
import { setTitle } from "../core/quantity.js";
import { FACET_KEYS } from "../core/facets.js";
import { makeCard } from "./cards.js";
import { listItems } from "./items.js";
import { countsWords, notCountedWords, selectionTitle } from "./selection.js";
import { facetLabel } from "./chips.js";
import { boundsSection } from "./bounds.js";
import { figureName } from "./compare.js";

const PRINTED_MOST = 500;

export function setUpPrint({ data, meta, store, view }) {
  part(".ca-print-button").addEventListener("click", () => print());
  addEventListener("beforeprint", () => fillPrint(data, meta, store.get(), view()));
  addEventListener("afterprint", () => part(".ca-print").replaceChildren());
}

/** @param {Data} data @param {Meta} meta @param {State} state @param {View} view */
function fillPrint(data, meta, state, view) {
  const { rows, groups } = listItems(data, meta, view, "kind");
  const context = { data, meta, view, state, open: { has: () => true }, onPaper: true, onToggle: () => {}, onLink: () => {}, hrefOf: () => "" };
  const starts = new Map(groups.map((group) => [group.start, group]));
  const parts = [el("h2", { text: selectionTitle(data, view) }), el("p", { text: [countsWords(view), notCountedWords(view)].filter(Boolean).join(". ") }), ...printFilters(data, state), ...printBounds(data, meta, view, state)];
  const shown = rows.subarray(0, PRINTED_MOST);
  if (rows.length > shown.length) parts.push(el("p", { class: "ca-status", text: t("print.cut", { shown: shown.length, total: rows.length }) }));
  let list = null;
  shown.forEach((row, position) => {
    if (starts.has(position)) {
      list = el("div", { class: "ca-print-list" });
      parts.push(el("h3", { text: t(`group.${starts.get(position).key}`) }), list);
    }
    list.append(printedCard(row, context));
  });
  parts.push(el("h3", { text: t("print.sources") }), printSources(data, shown));
  part(".ca-print").replaceChildren(...parts);
}

/** @param {Data} data @param {Meta} meta @param {View} view @param {State} state */
function printBounds(data, meta, view, state) {
  const { place } = view.selected;
  const section = place.length === 1 && boundsSection(data, meta, view, state, place[0], (origin) => figureName(data, canonicalOf(data, origin)));
  return section ? [section] : [];
}

/** @param {Data} data @param {State} state */
function printFilters(data, state) {
  const lines = [];
  for (const key of FACET_KEYS) {
    if (state[key].length) lines.push(`${t(`facet.${key}`)}: ${joinWords(state[key].map((value) => facetLabel(data, key, value)))}`);
  }
  if (state.set !== null) lines.push(`${t("facet.set")}: ${setTitle(data, setByKey(data, state.set))}`);
  if (state.q) lines.push(`${t("facet.q")}: ${t("quote.marks", { text: state.q })}`);
  return [el("p", { text: lines.length ? t("print.filters", { filters: lines.join("; ") }) : t("print.no_filters") })];
}

/** A card whose tellings are unfolded and whose links can be read. */
function printedCard(row, context) {
  const card = makeCard(row, context);
  const fold = card.querySelector(".ca-fold");
  if (fold) {
    // The card's own link stands at the telling that counts.
    card.querySelector(":scope > .ca-print-url")?.remove();
    fold.replaceWith(el("p", { class: "ca-muted", text: fold.textContent }));
  }
  // The same claims stand in the list: on paper they are copies.
  for (const copy of [card, .../** @type {NodeListOf<HTMLElement>} */ (card.querySelectorAll("[data-claim-id]"))]) delete copy.dataset.claimId;
  return card;
}

/** @param {Data} data */
function printSources(data, rows) {
  const names = new Set();
  for (const row of rows) if (data.claims.get("source", row)) names.add(data.claims.get("source", row));
  return el("p", { text: [...names].sort().join("; ") });
}
