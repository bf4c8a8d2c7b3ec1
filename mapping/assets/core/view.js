// From the state to what map, list and counts show. Rules 3 to 5 of the project's design.

import { ageClass } from "./dates.js";
import { derived } from "./decode.js";
import { Search } from "./fold.js";
import { claimByKey, placeByKey, setByKey, tellings } from "./lookup.js";
import { ALL_BITS, FACET_BIT, Failures, SELECTION_BITS } from "./facets.js";

const DAYS_KEPT = 3;

/** What holds at a day; of the last days it is kept. @param {Data} data */
function currencyAt(data, asof) {
  const kept = derived(data, "currency", () => []);
  const known = kept.find((currency) => currency.asof === asof);
  if (known) return known;
  const currency = findCurrency(data, asof);
  kept.push(currency);
  // A reader goes to another day and comes back: the first is the page's own.
  if (kept.length > DAYS_KEPT) kept.splice(1, 1);
  return currency;
}

/**
 * What holds at a day, for each claim: `visible` (published by then), `current` (and not
 * ended), and in `heads` the telling of its origin whose figures count: the canonical one where it
 * is visible, else what `precedence` puts first, else the earliest; −1 where none is visible.
 * Why, geodata/rules/dating.py says.
 * @param {Data} data
 */
function findCurrency(data, asof) {
  const { claims } = data;
  const { n } = claims;
  const seen = claims.numbers("seen"), until = claims.numbers("until"), canonical = claims.numbers("canonical");
  const precedence = claims.numbers("precedence"), since = suspendedSince(data, asof);
  const origins = claims.allCodes("origin");
  const visible = new Uint8Array(n), current = new Uint8Array(n);
  const pick = new Int32Array(claims.values("origin").length).fill(-1);
  const settled = new Uint8Array(pick.length);
  for (let i = 0; i < n; i++) {
    if (!(seen[i] <= asof)) continue;
    visible[i] = 1;
    if (!(until[i] <= asof) && !since?.has(i)) current[i] = 1;
    const origin = origins[i];
    if (origin < 0 || settled[origin]) continue;
    const other = pick[origin];
    // Of tellings of one day the first row counts, where nothing is said of their order.
    const isFirst = other < 0 || (Number.isNaN(precedence[i]) ? seen[i] < seen[other] : precedence[i] < precedence[other]);
    if (canonical[i] === 1 || isFirst) pick[origin] = i;
    if (canonical[i] === 1) settled[origin] = 1;
  }
  const heads = new Int32Array(n);
  for (let i = 0; i < n; i++) heads[i] = origins[i] < 0 ? i : pick[origins[i]];
  return { asof, visible, current, heads };
}

/**
 * The claims that do not count on a day though they did before and will again: since when, by row; null where none.
 * @param {Data} data
 */
export function suspendedSince(data, asof) {
  const { claims } = data;
  if (!claims.has("suspended")) return null;
  const days = claims.allCodes("suspended"), starts = claims.starts("suspended");
  const since = new Map();
  for (let i = 0; i < claims.n; i++) {
    for (let k = starts[i]; k < starts[i + 1]; k += 2) if (days[k] <= asof && asof < days[k + 1]) since.set(i, days[k]);
  }
  return since;
}

/** Places of which any claim speaks, whatever the filters and the day. @param {Data} data */
export function toldPlaces(data) {
  return derived(data, "told places", () => {
    const told = new Uint8Array(data.places.n);
    for (const place of namedUnits(data).codes) told[place] = 1;
    return told;
  });
}

/** The units that claims name: their places and, where the map draws countries, those that they cover. */
function namedUnits({ claims }) {
  const name = claims.has("named") ? "named" : "place";
  return { codes: claims.allCodes(name), starts: claims.starts(name) };
}

/** For each unit that a claim names, in `pairs`, the number of the pair of its origin and that unit. @param {Data} data */
function namedPairs(data) {
  return derived(data, "named pairs", () => {
    const { codes, starts } = namedUnits(data);
    const origins = data.claims.allCodes("origin"), { rows } = tellings(data);
    const pairs = new Int32Array(codes.length);
    const lastOrigin = new Int32Array(data.places.n).fill(-1), lastPair = new Int32Array(data.places.n);
    let count = 0;
    for (let r = 0; r < rows.length; r++) {
      const i = rows[r];
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        const place = codes[k];
        if (lastOrigin[place] !== origins[i]) {
          lastOrigin[place] = origins[i];
          lastPair[place] = count++;
        }
        pairs[k] = lastPair[place];
      }
    }
    return { codes, starts, pairs, count };
  });
}

export class ViewMaker {
  /** @param {Data} data @param {Meta} meta */
  constructor(data, meta) {
    this.data = data;
    this.meta = meta;
    this.search = new Search(data);
    this.failures = new Failures(data, meta, this.search);
  }

  /** The day for which the page is drawn. @param {State} state */
  asof(state) {
    return state.asof ?? this.meta.as_of;
  }

  /** @param {State} state */
  compute(state) {
    const { data } = this;
    const asof = this.asof(state);
    const currency = currencyAt(data, asof);
    const failures = this.failures.update(state, asof);
    const list = passingRows(failures, currency.visible, ALL_BITS);
    // What is selected narrows the list alone; where nothing is, the map shows the same rows.
    const isSelected = state.place.length > 0 || state.set !== null;
    const drawn = isSelected ? passingRows(failures, currency.visible, ~SELECTION_BITS) : list;
    const { counting, naming } = this.countingClaims(drawn, failures, currency);
    const totals = this.groupTotals(counting);
    return {
      asof, list,
      ...this.unseenClaims(failures, list, asof),
      counts: countClaims(data, list),
      place: { ...this.summarisePlaces(counting, naming, asof), parts: this.markParts(totals.sets) },
      ...totals,
      selected: {
        place: state.place.map((id) => placeByKey(data, id)),
        set: state.set === null ? -1 : setByKey(data, state.set),
        claim: state.claim === null ? -1 : claimByKey(data, state.claim),
      },
      failures, visible: currency.visible, current: currency.current, heads: currency.heads,
    };
  }

  /** Of the claims that pass the filters and are not in the list, those without a day; how many come later. */
  unseenClaims(failures, list, asof) {
    const trueOf = this.data.claims.numbers("true_of");
    // What is true of a later day was not known on this one, though nobody knows when it was said.
    const undated = undatedRows(this.data).filter((i) => !failures[i] && !(trueOf[i] > asof));
    return { undated, later: countPassing(failures) - list.length - undated.length };
  }

  /**
   * The claims behind the map's figures, newest first: for each origin with a visible telling
   * that passes the filters (`rows`), the telling that counts, where it is still current. Places
   * are named by further tellings too: `naming` are all that are current and pass.
   */
  countingClaims(rows, failures, { current, heads }) {
    const { n } = this.data.claims;
    const actors = FACET_BIT.actor | FACET_BIT.kind;
    const counts = new Uint8Array(n), names = new Uint8Array(n);
    for (let k = 0; k < rows.length; k++) {
      const i = rows[k], head = heads[i];
      // A retelling may name another actor or kind: then the statement itself is not of the filter.
      if (failures[head] & actors) continue;
      names[i] |= current[i];
      names[head] |= current[head];
      counts[head] |= current[head];
    }
    return { counting: markedRows(counts), naming: markedRows(names) };
  }

  /**
   * Which places a claim shades, rule 3, Python says once and for all: the column `shaded`.
   * Origins are counted where any telling names the place, as Python does; those that do not
   * shade it, such as what only a retelling says, are `soft`.
   */
  summarisePlaces(counting, naming, asof) {
    const { data, meta } = this;
    const size = data.places.n;
    const { claims } = data;
    const shaded = claims.allCodes("shaded"), shadedStarts = claims.starts("shaded");
    const aged = claims.numbers("aged");
    const sources = new Uint32Array(size), origins = this.countOrigins(naming);
    const soft = origins.slice();
    const age = new Uint8Array(size);
    for (let c = 0; c < counting.length; c++) {
      const i = counting[c];
      const own = ageClass(aged[i], asof, meta);
      for (let k = shadedStarts[i]; k < shadedStarts[i + 1]; k++) {
        const place = shaded[k];
        soft[place]--;
        if (age[place] === 0 || own < age[place]) age[place] = own;
      }
    }
    this.countSources(counting, sources);
    return { sources, origins, soft, age, told: toldPlaces(data) };
  }

  /** Districts of provinces that claims name as a whole: nothing is said of them by themselves. */
  markParts(sets) {
    const parts = new Uint8Array(this.data.places.n);
    for (const { set } of sets) {
      const { whole, places } = this.data.sets[set];
      if (whole) for (const place of places) parts[place] = 1;
    }
    return parts;
  }

  /** Distinct origins a place: each pair of the two counts once, whichever tellings make it. */
  countOrigins(naming) {
    const { codes, starts, pairs, count } = namedPairs(this.data);
    const seen = new Uint8Array(count), counts = new Uint32Array(this.data.places.n);
    for (let r = 0; r < naming.length; r++) {
      const i = naming[r];
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        if (seen[pairs[k]]) continue;
        seen[pairs[k]] = 1;
        counts[codes[k]]++;
      }
    }
    return counts;
  }

  /** Distinct sources a place: each pair of the two is counted when it is first met. */
  countSources(counting, counts) {
    const { claims } = this.data;
    const shaded = claims.allCodes("shaded"), starts = claims.starts("shaded");
    const sources = claims.allCodes("source"), size = counts.length;
    const met = new Uint32Array(Math.ceil((claims.values("source").length * size) / 32));
    for (let c = 0; c < counting.length; c++) {
      const i = counting[c];
      if (sources[i] < 0) continue;
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        const pair = sources[i] * size + shaded[k];
        if (met[pair >>> 5] & (1 << (pair & 31))) continue;
        met[pair >>> 5] |= 1 << (pair & 31);
        counts[shaded[k]]++;
      }
    }
  }

  /** Totals over sets of places, nationwide claims by country, and points. */
  groupTotals(counting) {
    const { claims } = this.data;
    const sets = new Map(), countries = new Map(), points = [];
    const setOf = claims.numbers("set"), lat = claims.numbers("lat");
    const nationwide = claims.values("extent").indexOf("nationwide");
    const extents = claims.allCodes("extent");
    for (let c = 0; c < counting.length; c++) {
      const i = counting[c];
      if (setOf[i] >= 0) pushTo(sets, setOf[i], i);
      if (extents[i] === nationwide) for (const place of claims.codes("country", i)) pushTo(countries, place, i);
      if (!Number.isNaN(lat[i])) points.push(i);
    }
    return {
      sets: Array.from(sets, ([set, rows]) => ({ set, rows })),
      countries: Array.from(countries, ([place, rows]) => ({ place, rows })),
      points: Int32Array.from(points),
    };
  }
}

// The loops over all claims write each row and go on only where it is wanted: a branch that goes
// either way by chance costs several times as much.

/** The rows that are visible and fail none of the filters in `bits`, in order. */
function passingRows(failures, visible, bits) {
  const rows = roomFor(failures.length);
  let length = 0;
  for (let i = 0; i < failures.length; i++) {
    rows[length] = i;
    // 1 where nothing fails.
    length += visible[i] & (((failures[i] & bits) - 1) >>> 31);
  }
  return rows.slice(0, length);
}

/** How many claims fail no filter, whatever the day. */
function countPassing(failures) {
  let count = 0;
  for (let i = 0; i < failures.length; i++) count += (failures[i] - 1) >>> 31;
  return count;
}

/** The claims that were published on no known day. @param {Data} data */
function undatedRows(data) {
  return derived(data, "undated", () => {
    const rows = [];
    data.claims.numbers("seen").forEach((day, i) => Number.isNaN(day) && rows.push(i));
    return Int32Array.from(rows);
  });
}

/** The rows that are marked with 1, not 0, in order. */
export function markedRows(marks) {
  const rows = roomFor(marks.length);
  let length = 0;
  for (let i = 0; i < marks.length; i++) {
    rows[length] = i;
    length += marks[i];
  }
  return rows.slice(0, length);
}

// Memory that has been used already costs nothing to write to.
let rowRoom = new Int32Array(0);

function roomFor(n) {
  if (rowRoom.length <= n) rowRoom = new Int32Array(n + 1);
  return rowRoom;
}

export function pushTo(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** "N claims, M origins, K sources" of a list of claims. @param {Data} data */
function countClaims(data, rows) {
  return {
    claims: rows.length,
    origins: countDistinct(data.claims, "origin", rows),
    sources: countDistinct(data.claims, "source", rows),
  };
}

function countDistinct(table, column, rows) {
  const codes = table.allCodes(column);
  const seen = new Uint8Array(table.values(column).length);
  let count = 0;
  for (let r = 0; r < rows.length; r++) {
    const code = codes[rows[r]];
    if (code < 0 || seen[code]) continue;
    seen[code] = 1;
    count++;
  }
  return count;
}
