// What sources said of the same thing, over time: intervals side by side, never an average.
//
// Rule 6: only states are compared, and only for the same actor, kind and family of units.
// A scope is a place, a set or a country; what a claim leaves open *there* is its interval.

import { t } from "../core/words.js";
import { formatDate } from "../core/dates.js";
import { isCountry, kindGroup, placeName } from "../core/lookup.js";
import { isTotal, numberWords, setTitle } from "../core/quantity.js";
import { markedRows } from "../core/view.js";
import { statementMarks } from "./items.js";
import { placeTitle } from "./selection.js";

const COMPARED_MOST = 400;

/**
 * @typedef {{row: number, low: number, high: number, shown: number[], part: "own" | "included" | "within_scope", rivals: Rival[]}} Figure
 * @typedef {{others: number[], close: boolean}} Rival claims with which one cannot hold together; whether they lie just outside the window of time
 * @typedef {{actor: string, kind: string, family: string, figures: Figure[]}} Comparison
 */

/** What is compared: the selected place or set, else the country that most claims cover. @param {View} view @param {Data} data */
export function comparisonScope(view, data) {
  const { place, set } = view.selected;
  if (set >= 0) return { set, title: setTitle(data, set) };
  if (place.length > 1) return null;
  if (place.length === 1) return { place: place[0], country: isCountry(data, place[0]), title: placeTitle(data, place[0]) };
  const [most] = [...view.countries].sort((a, b) => b.rows.length - a.rows.length);
  return most ? { place: most.place, country: true, title: placeName(data, most.place) } : null;
}

/**
 * The interval that a claim leaves in the scope; null where it says nothing about it. A total
 * over several places, or several actors, leaves one of them only its upper bound; what is
 * said of a part leaves the whole only its lower one. `low` and `high` are what is compared,
 * `shown` is what is drawn: a part is drawn as it was said.
 * @param {Data} data
 */
function figureInScope(data, row, scope) {
  const { claims } = data;
  const low = claims.numbers("low")[row], open = claims.get("high", row) === null;
  if (Number.isNaN(low)) return null;
  const high = open ? Infinity : claims.numbers("high")[row];
  const shared = claims.codes("actors", row).length > 1;
  const included = { row, low: 0, high, shown: [0, high], part: "included" };
  const own = shared ? included : { row, low, high, shown: [low, high], part: "own" };
  if (scope.set !== undefined) return claims.numbers("set")[row] === scope.set ? own : null;
  if (scope.country) {
    if (!claims.codes("country", row).includes(scope.place)) return null;
    if (claims.get("extent", row) === "nationwide") return claims.codes("country", row).length > 1 ? included : own;
    return shared ? null : { ...own, high: Infinity, part: "within_scope" };
  }
  if (!claims.codes("place", row).includes(scope.place)) return null;
  return isTotal(data, row) ? included : own;
}

/** @returns {Comparison[]} those with most figures first @param {Data} data @param {View} view */
export function comparisonsIn(data, view, scope) {
  const { claims } = data;
  const comparisons = new Map();
  const rows = markedRows(statementMarks(data, view, view.list));
  for (let k = 0; k < rows.length; k++) {
    const row = rows[k];
    const kind = claims.get("kind", row);
    if (kindGroup(kind) !== "states") continue;
    const figure = figureInScope(data, row, scope);
    if (figure === null) continue;
    const family = claims.get("family", row) || claims.get("unit", row) || "";
    for (const actor of claims.get("actors", row) || []) {
      const key = `${actor}\n${kind}\n${family}`;
      if (!comparisons.has(key)) comparisons.set(key, { actor, kind, family, figures: [] });
      comparisons.get(key).figures.push({ ...figure, rivals: [] });
    }
  }
  const rivals = rivalsOn(data, view.asof);
  const all = [...comparisons.values()].sort((a, b) => b.figures.length - a.figures.length);
  for (const comparison of all) {
    comparison.figures.splice(COMPARED_MOST);
    sortByTime(data, comparison.figures);
    for (const figure of comparison.figures) figure.rivals = rivals.get(figure.row) ?? [];
  }
  return all;
}

/** What they are true of, latest first; undated last. @param {Data} data */
function sortByTime(data, figures) {
  const trueOf = data.claims.numbers("true_of");
  const time = ({ row }) => (Number.isNaN(trueOf[row]) ? -Infinity : trueOf[row]);
  figures.sort((a, b) => time(b) - time(a) || a.row - b.row);
}

/**
 * The contradictions of a day, by the claims that they take: Python found them, this only picks
 * those of the day. Denials are told on the cards.
 * @returns {Map<number, Rival[]>}
 * @param {Data} data
 */
export function rivalsOn(data, day) {
  const { contradictions } = data, found = new Map();
  if (!contradictions) return found;
  for (const row of heldOn(contradictions, day)) {
    const what = contradictions.get("what", row);
    if (what === "denial") continue;
    const members = Array.from(contradictions.codes("claims", row));
    for (const one of members) {
      if (!found.has(one)) found.set(one, []);
      found.get(one).push({ others: members.filter((other) => other !== one), close: what === "close in time" });
    }
  }
  return found;
}

/** The rows of the table that hold on a day. @param {Table} contradictions */
export function heldOn(contradictions, day) {
  const first = contradictions.numbers("first"), until = contradictions.numbers("until");
  const rows = [];
  for (let row = 0; row < contradictions.n; row++) if (first[row] <= day && !(until[row] <= day)) rows.push(row);
  return rows;
}

/** The date that a figure is true of, as it was given. @param {Data} data */
export function figureDate(data, row) {
  return formatDate(data.claims.get("as_of", row) ?? data.claims.get("stated", row));
}

/** "CSTO, up to 4,000 (14 Feb 2023)" @param {Data} data */
export function figureName(data, row) {
  return t("compare.other", { source: data.claims.get("source", row) || t("chain.unnamed"), number: numberWords(data, row), date: figureDate(data, row) });
}
