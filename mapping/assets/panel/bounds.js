// What follows for a place from all figures together, as Python computed it for the page's own day.

import { t, term, unitWords } from "../core/words.js";
import { formatDay } from "../core/dates.js";
import { el } from "../core/dom.js";
import { derived } from "../core/decode.js";
import { groupRows } from "../core/lookup.js";
import { intervalWords } from "../core/quantity.js";
import { OTHERS } from "../core/facets.js";
import { spanWords } from "../map/captions.js";

const BOUNDS_SHOWN = 12;
const BOUNDS_NAMED = 4;

/** The rows of `data.bounds` about a place. @param {Data} data */
export function boundsOf(data, place) {
  const { bounds } = data;
  if (!bounds) return [];
  const { starts, rows } = derived(data, "bounds by place", () => groupRows(Int32Array.from(bounds.numbers("place")), data.places.n));
  return Array.from(rows.subarray(starts[place], starts[place + 1]));
}

/**
 * What follows for a place; null where nothing does. Filters of actors and kinds choose among it,
 * no filter changes it. On another day than the page's own it is not known.
 * @param {(origin: number) => Node | string} nameOrigin
 */
export function boundsSection(data, meta, view, state, place, nameOrigin) {
  const { bounds } = data;
  const wanted = boundsOf(data, place).filter((row) => passes(state.actor, bounds.get("actor", row), meta) && passes(state.kind, bounds.get("kind", row), meta));
  if (!wanted.length) return null;
  const date = formatDay(meta.as_of);
  const heading = el("h3", { text: t("bounds.title", { date }) });
  if (view.asof !== meta.as_of) return el("section", { class: "ca-bounds" }, heading, el("p", { class: "ca-hint", text: t("bounds.other_day", { date, other: formatDay(view.asof) }) }));
  const shown = wanted.slice(0, BOUNDS_SHOWN), rest = wanted.length - shown.length;
  return el("section", { class: "ca-bounds" }, heading,
    el("p", { class: "ca-hint", text: t("bounds.hint", { window: spanWords(meta.window_days) }) }),
    el("ul", {}, shown.map((row) => boundItem(data, meta, row, nameOrigin))),
    rest > 0 ? el("p", { class: "ca-hint", text: t("bounds.more", { n: rest }) }) : null);
}

/** @param {Meta} meta */
function passes(chosen, value, meta) {
  return !chosen.length || chosen.includes(value) || (chosen.includes(OTHERS) && meta.others.includes(value));
}

/**
 * "ISKP · strength: 0 to 4,000 fighters. No more than that can be said." and whose figures say so.
 * @param {Data} data
 * @param {Meta} meta
 */
function boundItem(data, meta, row, nameOrigin) {
  const { bounds } = data;
  const item = el("li", {}, el("span", { dir: "auto", text: bounds.get("actor", row) }), ` · ${term("kind", bounds.get("kind", row))}: `);
  const clash = bounds.get("clash", row);
  if (clash.length) item.append(t("bounds.clash"), ...originList(clash, nameOrigin));
  if (bounds.get("low", row) === null) return item;
  item.append(clash.length ? ". " : "", el("strong", { text: boundWords(bounds, row) }), boundRemark(bounds, meta, row));
  item.append(el("span", { class: "ca-bounds-from" }, t("bounds.from"), ...originList(bounds.get("rests", row), nameOrigin)));
  return item;
}

function boundWords(bounds, row) {
  const low = bounds.get("low", row), high = bounds.get("high", row), family = bounds.get("family", row);
  const number = low === high && bounds.get("about", row) ? t("quantity.about", { value: low }) : intervalWords(low, high);
  if (!family) return number;
  const unit = low === high ? unitWords(family, low) : family;
  return unit === null ? t("quantity.one_of_unit", { number, unit: family }) : t("quantity.of_unit", { number, unit });
}

/** @param {Meta} meta */
function boundRemark(bounds, meta, row) {
  const remarks = [];
  if (bounds.get("fit", row) === "within tolerance") remarks.push(t("bounds.tolerance", { percent: Math.round(meta.about_tolerance * 100) }));
  if (bounds.get("about", row)) remarks.push(t("bounds.about", { percent: Math.round(meta.about_tolerance * 100) }));
  if (bounds.get("low", row) === 0) remarks.push(t("bounds.no_more"));
  return remarks.length ? `. ${remarks.join(" ")}` : ".";
}

/** " CSTO, up to 4,000 (14 Feb 2023); …; and 3 more" */
function originList(origins, nameOrigin) {
  const parts = origins.slice(0, BOUNDS_NAMED).flatMap((origin, k) => [k ? "; " : " ", nameOrigin(origin)]);
  const rest = origins.length - BOUNDS_NAMED;
  return rest > 0 ? [...parts, "; ", t("more.n", { n: rest })] : parts;
}
