// What sources said of the same thing, over time: intervals side by side, never an average.
//
// Rule 6: only states are compared, and only for the same actor, kind and family of units.
// A scope is a place, a set or a country; what a claim leaves open *there* is its interval.

import { t } from "../core/words.js";
import { formatDate } from "../core/dates.js";
import { LISTS, isCountry, kindGroup, placeName } from "../core/lookup.js";
import { isTotal, numberWords, setTitle } from "../core/quantity.js";
import { markedRows } from "../core/view.js";
import { statementMarks } from "./items.js";
import { placeTitle } from "./selection.js";

const COMPARED_MOST = 400;

/**
 * @typedef {{row: number, low: number, high: number, shown: number[], part: "own" | "included" | "within_scope", rivals: number[]}} Figure
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

/** @returns {Comparison[]} those with most figures first @param {Data} data @param {View} view @param {Meta} meta */
export function comparisonsIn(data, view, scope, meta) {
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
  const all = [...comparisons.values()].sort((a, b) => b.figures.length - a.figures.length);
  for (const comparison of all) {
    comparison.figures.splice(COMPARED_MOST);
    sortByTime(data, comparison.figures);
    if (comparison.actor !== LISTS.unspecified) markRivals(data, view, meta, comparison.figures);
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
 * Pairs that cannot both hold: of different sources, about the same time, both current, and
 * without a common number; as `geodata.analysis.find_contradictions` has it.
 * @param {Data} data
 * @param {View} view
 * @param {Meta} meta
 */
function markRivals(data, view, meta, figures) {
  const trueOf = data.claims.numbers("true_of"), sources = data.claims.allCodes("source");
  for (let a = 0; a < figures.length; a++) {
    for (let b = a + 1; b < figures.length; b++) {
      const one = figures[a].row, other = figures[b].row;
      if (!view.current[one] || !view.current[other]) continue;
      if (sources[one] < 0 || sources[other] < 0 || sources[one] === sources[other]) continue;
      // A date that is missing makes this false: nothing is known to be of the same time.
      if (!(Math.abs(trueOf[one] - trueOf[other]) <= meta.window_days)) continue;
      if (!apart(data, figures[a], figures[b], meta.about_tolerance)) continue;
      figures[a].rivals.push(other);
      figures[b].rivals.push(one);
    }
  }
}

/** Whether two intervals have no common number, each as wide as its "about" makes it. @param {Data} data */
function apart(data, a, b, tolerance) {
  const slack = ({ row }) => (data.claims.get("modifier", row) === "about" ? tolerance : 0);
  const lower = (one, other) => one.high * (1 + slack(one)) < other.low * (1 - slack(other));
  return lower(a, b) || lower(b, a);
}

/** The date that a figure is true of, as it was given. @param {Data} data */
export function figureDate(data, row) {
  return formatDate(data.claims.get("as_of", row) ?? data.claims.get("stated", row));
}

/** "CSTO, up to 4,000 (14 Feb 2023)" @param {Data} data */
export function figureName(data, row) {
  return t("compare.other", { source: data.claims.get("source", row) || t("chain.unnamed"), number: numberWords(data, row), date: figureDate(data, row) });
}
