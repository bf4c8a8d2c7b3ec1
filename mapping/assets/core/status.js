// What was known of a claim's status at a day, and of the claims that it names: what is shown or
// saved is as of the page's day. Rule 5; geodata/rules/dating.py has its words.

import { derived } from "./decode.js";

/** The status of a claim as it was known at a day: "current" before its own begins. @param {Data} data */
export function statusAt(data, row, asof) {
  const { claims } = data;
  return claims.numbers("status_from")[row] > asof ? "current" : claims.get("status", row) || "current";
}

/** Whether a claim was out by a day; of those without a date it is not known. @param {Data} data */
export function isKnown(data, row, asof) {
  return !(data.claims.numbers("seen")[row] > asof);
}

/** Whether it speaks of a day that had not come: it is out, has not ended, and does not count yet. @param {Data} data */
export function isForecast(data, row, asof) {
  const { claims } = data;
  if (!(claims.numbers("seen")[row] <= asof)) return false;
  return claims.numbers("due")[row] > asof && !(claims.numbers("until")[row] <= asof);
}

/** The filter by status: the values are the same on all days, what a claim has is of the day. @param {Data} data */
export function statusFacet(data, asof) {
  const { claims } = data;
  const values = derived(data, "status values", () => {
    const known = claims.values("status").filter((value) => value !== "current");
    return ["current", ...known, ...(claims.has("due") ? ["forecast"] : [])];
  });
  const kept = derived(data, "status codes", () => ({ asof: null, codes: new Int32Array(claims.n) }));
  if (kept.asof !== asof) {
    kept.asof = asof;
    kept.codes = Int32Array.from({ length: claims.n }, (_, i) => {
      const status = statusAt(data, i, asof);
      return values.indexOf(status === "current" && isForecast(data, i, asof) ? "forecast" : status);
    });
  }
  return { values, codes: kept.codes, starts: null };
}
