// The state of the page is its filter; the address's hash is the state, written out.

import { dayToIso, isoToDay } from "./dates.js";
import { EMPTY_CODES } from "./decode.js";
import { fold, spokenNames } from "./fold.js";
import { claimByKey, placeByKey, setByKey } from "./lookup.js";
import { NOBODY, OTHERS, facetValues } from "./facets.js";

export const FILTER_KEYS = ["actor", "kind", "source", "speaker", "outlet", "unit", "rating", "status"];
const LIST_KEYS = [...FILTER_KEYS, "place"];
export const STATE_KEYS = ["asof", ...LIST_KEYS, "set", "claim", "q", "at"];
const SERIES_PAUSE = 1500;
const HASH_LIMITS = { length: 32768, value: 512, values: 500 };

/** @returns {State} */
export function emptyState() {
  /** @type {any} */
  const state = { asof: null, set: null, claim: null, q: "", at: null };
  for (const key of LIST_KEYS) state[key] = [];
  return state;
}

export function sameValue(a, b) {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, i) => value === b[i]);
  }
  return a === b;
}

// ---- the hash ---------------------------------------------------------------

/** The state that a hash says; what it cannot read it leaves out, and it never throws. */
export function parseHash(hash) {
  const state = emptyState();
  const text = String(hash || "").replace(/^#/, "");
  if (text.length > HASH_LIMITS.length) return state;
  for (const part of text.split("&")) {
    const cut = part.indexOf("=");
    if (cut < 1) continue;
    const key = part.slice(0, cut);
    const value = decodePart(part.slice(cut + 1));
    if (value !== null && STATE_KEYS.includes(key)) readPart(state, key, value);
  }
  return state;
}

function decodePart(text) {
  let value;
  try {
    value = decodeURIComponent(text.replaceAll("+", "%2B"));
  } catch {
    return null;
  }
  if (!value || value.length > HASH_LIMITS.value || /[\u0000-\u001f\u007f]/.test(value)) return null;
  return value;
}

/** @param {State} state */
function readPart(state, key, value) {
  if (LIST_KEYS.includes(key)) {
    if (state[key].length < HASH_LIMITS.values && !state[key].includes(value)) state[key].push(value);
  } else if (key === "asof") {
    state.asof = isoToDay(value);
  } else if (key === "at") {
    state.at = readPosition(value);
  } else {
    state[key] = value;
  }
}

function readPosition(value) {
  const parts = value.split(",");
  if (parts.length !== 3 || !parts.every((part) => /^-?\d{1,3}(\.\d{1,8})?$/.test(part))) return null;
  const [lat, lon, zoom] = parts.map(Number);
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 540 && zoom >= 0 && zoom <= 24 ? [lat, lon, zoom] : null;
}

/** "#asof=2023-06-01&place=AF-KDZ", or "" for the state that a page starts with. @param {State} state */
export function formatHash(state) {
  const parts = [];
  const add = (key, value) => parts.push(`${key}=${encodeURIComponent(value).replace(/%2B/g, "+").replace(/%2C/g, ",")}`);
  if (state.asof !== null) add("asof", dayToIso(state.asof));
  for (const key of LIST_KEYS) for (const value of state[key]) add(key, value);
  for (const key of ["set", "claim", "q"]) if (state[key]) add(key, state[key]);
  if (state.at) add("at", state.at.join(","));
  return parts.length ? `#${parts.join("&")}` : "";
}

// ---- what the data knows ------------------------------------------------------

/**
 * The state without values that this page's data do not have: a link from elsewhere shows what
 * it can. What had to be left out is added to `lost`, as [key, value].
 * @param {State} state
 * @param {Data} data
 * @param {Meta} meta
 */
function knownState(state, data, meta, lost) {
  const known = { ...state };
  const holds = {
    actor: (value) => knownActor(data, meta, value) !== null,
    place: (value) => placeByKey(data, value) >= 0,
    set: (value) => setByKey(data, value) >= 0,
    claim: (value) => claimByKey(data, value) >= 0,
  };
  for (const key of [...LIST_KEYS, "set", "claim"]) {
    const given = [state[key] ?? []].flat();
    if (!given.length) continue;
    const values = Object.hasOwn(holds, key) ? null : new Set(facetValues(data, key));
    const own = key === "source" ? given.map((value) => knownSource(data, value) ?? value) : given;
    const kept = own.filter((value) => (values ? values.has(value) : holds[key](value)));
    lost.push(...own.filter((value) => !kept.includes(value)).map((value) => [key, value]));
    known[key] = LIST_KEYS.includes(key) ? kept : (kept[0] ?? null);
  }
  known.actor = uniqueValues(known.actor.map((value) => knownActor(data, meta, value)));
  return known;
}

/** A source by its name, by another name of it, or by a spelling that the claims use. @param {Data} data */
function knownSource(data, value) {
  const names = data.claims.values("source"), wanted = fold(value);
  if (names.includes(value)) return value;
  const code = names.findIndex((name, at) => spokenNames(data, "source", name, at).split("\n").some((other) => fold(other) === wanted));
  return code < 0 ? null : names[code];
}

function uniqueValues(values) {
  return [...new Set(values.filter((value) => value !== null))];
}

/**
 * An actor by its canonical name, by another name of it, or by a spelling that the claims use.
 * @param {Data} data
 * @param {Meta} meta
 */
function knownActor(data, meta, value) {
  if (value === NOBODY || (value === OTHERS && (meta.others || []).length)) return value;
  const names = data.claims.values("actors");
  const wanted = fold(value);
  const isNamed = (name, code) => [name, ...(data.aliases[code] ?? "").split("\n")].some((other) => fold(other) === wanted);
  const canonical = wanted && names.find(isNamed);
  if (canonical) return canonical;
  const printed = data.claims.values("actor").findIndex((name) => fold(name) === wanted);
  const row = printed < 0 ? -1 : data.claims.allCodes("actor").indexOf(printed);
  const codes = row < 0 ? EMPTY_CODES : data.claims.codes("actors", row);
  return codes.length === 1 ? names[codes[0]] : null;
}

// ---- the store ------------------------------------------------------------------

/**
 * The one place that holds the state. `set` takes a patch, tells the subscribers which keys
 * changed, and writes the address: a new entry of the history, or with `replace` the same one.
 * Patches of one `series` (a drag, a word being typed) that follow each other are one entry.
 * @param {Data} data
 * @param {Meta} meta
 */
export function createStore(data, meta) {
  const subscribers = [];
  const address = createAddress();
  let last = { series: null, time: 0 };
  /** @type {(lost: string[][]) => void} */
  let tellLost = () => {};
  /** @type {string[][]} */
  let lost = [];
  let state = readState(address.read());

  /** The state of an address; what it names and is not there is told. */
  function readState(hash) {
    lost = [];
    const known = knownState(parseHash(hash), data, meta, lost);
    tellLost(lost);
    return known;
  }

  function publish(next) {
    const changed = STATE_KEYS.filter((key) => !sameValue(state[key], next[key]));
    if (!changed.length) return changed;
    state = Object.freeze(next);
    for (const subscriber of subscribers) subscriber(state, changed);
    return changed;
  }

  address.listen(() => publish(readState(address.read())));
  return {
    get: () => state,
    set(patch, { replace = false, series = null } = {}) {
      if (!publish({ ...state, ...patch }).length) return;
      const goesOn = series !== null && series === last.series && performance.now() - last.time < SERIES_PAUSE;
      address.write(formatHash(state), replace || goesOn);
      if (!replace) last = { series, time: performance.now() };
    },
    subscribe: (subscriber) => subscribers.push(subscriber),
    /** Call back with what an address names and the data do not have, now and with each address. */
    onLost(callback) {
      tellLost = callback;
      callback(lost);
    },
    /** Take the state of a link, "#…". */
    follow(hash) {
      const before = state;
      publish(readState(hash));
      if (before !== state) address.write(formatHash(state), false);
    },
  };
}

/** The address bar, as far as the page may write it: from disk, from a server, in a `srcdoc`. */
function createAddress() {
  const framed = location.href.startsWith("about:");
  let timer = 0;
  let latest = location.hash;

  function commit(replace) {
    clearTimeout(timer);
    timer = 0;
    // An empty hash must be written as a full address: "" would keep the old one.
    const url = framed ? `about:srcdoc${latest}` : location.href.split("#")[0] + latest;
    try {
      // In a srcdoc the browser allows only the replacement of its own full address.
      if (framed || replace) history.replaceState(null, "", url);
      else history.pushState(null, "", url);
    } catch {
      // A sandbox without an address of its own: the page works, only the link is not kept.
    }
  }

  addEventListener("pagehide", () => timer && commit(true));
  return {
    read: () => location.hash,
    write(hash, replace) {
      if (timer && !replace) commit(true);
      latest = hash;
      // Browsers allow some 200 changes in 30 s: what changes while dragging waits for a pause.
      if (!replace) commit(false);
      else if (!timer) timer = setTimeout(() => commit(true), 250);
    },
    listen(callback) {
      const heard = () => {
        if (location.hash === latest) return;
        latest = location.hash;
        callback();
      };
      addEventListener("popstate", heard);
      addEventListener("hashchange", heard);
    },
  };
}
