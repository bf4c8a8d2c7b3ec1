// From a view to the list's items: one a statement, in groups.

import { ageClass } from "../core/dates.js";
import { derived } from "../core/decode.js";
import { canonicalOf, kindGroup } from "../core/lookup.js";
import { markedRows } from "../core/view.js";

export const GROUPINGS = ["kind", "extent", "age", "none"];
const GROUPS = {
  kind: ["states", "events", "speech"],
  extent: ["each", "joint", "soft", "nationwide"],
  age: ["fresh", "ageing", "stale"],
  none: ["all"],
};

/**
 * The statements of a view, each by the telling whose figures count, in groups. A statement
 * belongs to the list when any of its tellings does. Undated statements come last, apart.
 * @returns {{rows: Int32Array, groups: {key: string, start: number, count: number}[]}}
 * @param {Data} data
 * @param {Meta} meta
 * @param {View} view
 */
export function listItems(data, meta, view, grouping) {
  const marks = statementMarks(data, view, view.list), dated = markedRows(marks);
  const undated = markedRows(statementMarks(data, view, view.undated)).filter((row) => !marks[row]);
  const codes = groupCodes(data, meta, view, grouping);
  const keys = [...GROUPS[grouping], "undated"];
  const counts = new Int32Array(keys.length);
  for (let k = 0; k < dated.length; k++) counts[codes[dated[k]]]++;
  counts[keys.length - 1] = undated.length;
  const groups = [], next = new Int32Array(keys.length);
  let start = 0;
  keys.forEach((key, group) => {
    next[group] = start;
    if (counts[group]) groups.push({ key, start, count: counts[group] });
    start += counts[group];
  });
  const rows = new Int32Array(start);
  for (let k = 0; k < dated.length; k++) rows[next[codes[dated[k]]]++] = dated[k];
  rows.set(undated, next[keys.length - 1]);
  return { rows, groups };
}

/**
 * For each claim the number of its group. Only age depends on the day.
 * @param {Data} data
 * @param {Meta} meta
 * @param {View} view
 */
function groupCodes(data, meta, view, grouping) {
  const { n } = data.claims;
  if (grouping === "age") {
    const aged = data.claims.numbers("aged");
    return Uint8Array.from({ length: n }, (_, i) => Math.min(3, ageClass(aged[i], view.asof, meta)) - 1);
  }
  return derived(data, `groups by ${grouping}`, () => {
    if (grouping === "none") return new Uint8Array(n);
    const kinds = data.claims.allCodes("kind");
    const ofKind = data.claims.values("kind").map((kind) => GROUPS.kind.indexOf(kindGroup(kind)));
    const group = grouping === "extent" ? (i) => extentGroup(data, i) : (i) => (kinds[i] < 0 ? 2 : ofKind[kinds[i]]);
    return Uint8Array.from({ length: n }, (_, i) => group(i));
  });
}

/** Rule 1 in groups: the places themselves, joint totals, what is soft, the country. @param {Data} data */
function extentGroup(data, row) {
  const { claims } = data;
  const extent = claims.get("extent", row);
  if (extent === "nationwide") return 3;
  if (claims.codes("regions", row).length || (extent === "within" && claims.codes("place", row).length > 1)) return 2;
  return extent === "joint" && claims.codes("place", row).length > 1 ? 1 : 0;
}

/**
 * 1 for each statement among the claims: its counting telling, or where none is visible its canonical one.
 * @param {Data} data
 * @param {{heads: Int32Array}} view
 * @param {ArrayLike<number>} claims
 */
export function statementMarks(data, { heads }, claims) {
  const marks = new Uint8Array(data.claims.n);
  for (let k = 0; k < claims.length; k++) {
    let row = heads[claims[k]];
    if (row < 0) row = canonicalOf(data, data.claims.code("origin", claims[k]));
    marks[row] = 1;
  }
  return marks;
}
