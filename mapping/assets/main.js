// Start: read the page's data, join the parts, and let each mirror the state.

import { setWords, t } from "./core/words.js";
import { formatDay, formatDuration, today } from "./core/dates.js";
import { SLICE_MS, announce, el, part, whenIdle } from "./core/dom.js";
import { unpack } from "./core/unpack.js";
import { createData, readMeta } from "./core/decode.js";
import { setKey, setLists } from "./core/lookup.js";
import { cutNames } from "./core/quantity.js";
import { STATE_KEYS, createStore, formatHash, sameValue } from "./core/state.js";
import { FACET_KEYS, facetColumn } from "./core/facets.js";
import { ViewMaker } from "./core/view.js";
import { createMapLayer } from "./map/map_layer.js";
import { mirrorLayerControl } from "./map/layer_control.js";
import { ClaimsPanel } from "./panel/panel.js";
import { Chips, setUpSearch } from "./panel/chips.js";
import { createViews } from "./panel/views.js";

/** The page's head: the day that it is drawn for, and that this day may be long past. @param {State} state @param {Meta} meta */
function showHead(state, meta) {
  part(".ca-sub").textContent = t("head.as_of", { date: formatDay(state.asof ?? meta.as_of) });
  const late = today() - meta.as_of;
  const notice = part(".ca-notice");
  notice.hidden = late <= 90 || state.asof !== null;
  if (!notice.hidden) notice.textContent = t("head.late", { date: formatDay(meta.as_of), duration: formatDuration(late) });
}

/** Which foreign layers broke: the author may not have seen it, and a reader misses what they show. */
function showBroken(names) {
  const notice = part(".ca-broken");
  notice.hidden = !names.length;
  if (names.length) notice.textContent = t("head.broken", { what: cutNames(names, LOST_TOLD) });
}

const LOST_TOLD = 4;
const LOST_LENGTH = 60;

/** A notice of what a link names and is not there, until it is dismissed or another link is followed. */
function showLost(lost) {
  const notice = part(".ca-lost");
  notice.hidden = !lost.length;
  if (!lost.length) return;
  const short = (value) => (value.length > LOST_LENGTH ? `${value.slice(0, LOST_LENGTH)}…` : value);
  const names = lost.map(([key, value]) => t("head.lost_value", { name: t(`facet.${key}`), value: short(value) }));
  const text = t("head.lost", { what: cutNames(names, LOST_TOLD) });
  notice.querySelector("span").textContent = text;
  notice.querySelector("button").onclick = () => {
    notice.hidden = true;
    part(".ca-selection-title").focus();
  };
  announce(text);
}

/**
 * The patch that a click on the map means; with Ctrl, Cmd or Shift a place joins the others.
 * @param {Data} data
 * @param {State} state
 */
function pickPatch(data, state, pick, event) {
  if (!pick) return state.place.length || state.set !== null ? { place: [], set: null, claim: null } : null;
  if (pick.claim !== undefined) return { claim: data.claims.get("claim_id", pick.claim) };
  if (pick.set !== undefined) return { set: setKey(data, pick.set), place: [], claim: null };
  const id = data.places.get("id", pick.place ?? pick.country);
  if (event && (event.ctrlKey || event.metaKey || event.shiftKey)) {
    const without = state.place.filter((other) => other !== id);
    return { place: without.length < state.place.length ? without : [...state.place, id], set: null, claim: null };
  }
  return { place: [id], set: null, claim: null };
}

/** Where the map is, as part of the state: nothing while it is where it started. @param {Store} store */
function mirrorPosition(map, store) {
  const read = () => {
    const { lat, lng } = map.getCenter();
    return [Number(lat.toFixed(4)), Number(lng.toFixed(4)), Number(map.getZoom().toFixed(2))];
  };
  const show = (at) => map.setView([at[0], at[1]], at[2], { animate: false });
  let home = read(), size = map.getSize();
  if (store.get().at) show(store.get().at);
  map.on("moveend", () => {
    // Paper is no place that anybody went to.
    if ("paper" in document.documentElement.dataset) return;
    const at = read(), sizeNow = map.getSize();
    const resized = !size.equals(sizeNow);
    size = sizeNow;
    // A new size moves the map too, but nobody moved it.
    if (resized && store.get().at === null) home = at;
    else if (sizeNow.x && sizeNow.y) store.set({ at: sameValue(at, home) ? null : at }, { replace: true });
  });
  return (state, changed) => {
    const at = state.at || home;
    if (changed.includes("at") && !sameValue(at, read())) show(at);
  };
}

/** Links to a state of this page are followed here: in a notebook's frame a hash would load the host. @param {Store} store */
function catchLinks(store) {
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = target.closest?.("a[href^='#']");
    if (!link || event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.classList.contains("ca-skip")) part(".ca-selection-title").focus();
    else if (link.closest("#claimatlas")) store.follow(link.getAttribute("href"));
  });
}

/**
 * Put a claim's link into the address and, where the browser allows, into the clipboard.
 * @param {Data} data
 * @param {Store} store
 */
function shareClaim(data, store, row) {
  store.set({ claim: data.claims.get("claim_id", row) });
  const address = location.href.split("#")[0] + formatHash(store.get());
  if (location.href.startsWith("about:")) return announce(t("link.in_address"));
  const done = () => announce(t("link.copied"));
  return navigator.clipboard?.writeText ? navigator.clipboard.writeText(address).then(done, () => announce(t("link.in_address"))) : announce(t("link.in_address"));
}

/** Call back once the browser has drawn what was changed until now. */
function afterDrawing(callback) {
  requestAnimationFrame(() => {
    const channel = new MessageChannel();
    channel.port1.onmessage = callback;
    channel.port2.postMessage(null);
  });
}

/**
 * Make what the first search and the first filters ask for while the browser has nothing else to
 * do. It compiles what has run for a while: what `rehearse` runs through without showing it,
 * filters and days that nobody chose, the first ones that a reader chooses need not wait for.
 * @param {Data} data
 * @param {Store} store
 */
function prepareWhileIdle(data, maker, store, rehearse) {
  const work = preparation(data, maker, store, rehearse);
  const step = (deadline) => {
    let isDone = false;
    do isDone = work.next().done;
    while (!isDone && deadline.timeRemaining() > SLICE_MS);
    if (!isDone) whenIdle(step);
  };
  whenIdle(step);
}

/** @param {Data} data @param {Store} store */
function* preparation(data, maker, store, rehearse) {
  yield* maker.search.prepare();
  for (const key of FACET_KEYS) {
    facetColumn(data, key);
    yield;
  }
  for (const patch of rehearsals(data, maker.asof(store.get()))) {
    rehearse(patch);
    yield;
  }
}

/** Filters, a name and a word of a text, each twice; days of which some claims are later. */
function rehearsals({ claims }, asof) {
  const [actor] = claims.values("actors"), [kind] = claims.values("kind");
  const word = String(claims.get("text", 0) ?? "").split(" ")[0];
  const patches = [{ actor: [actor] }, { kind: [kind] }, { q: actor.slice(0, 2) }, { q: word }];
  const middle = Math.min(asof, claims.numbers("seen")[claims.n >> 1] || asof);
  return [...patches, ...patches, ...[1, 2, 3, 4].map((days) => ({ asof: middle - days }))];
}

/**
 * folium's map with our layer, apart from the rest of the page: it shares Leaflet with foreign layers, and
 * a browser may have no memory for a canvas. What it throws is told, and the list goes on without it.
 */
class MapPart {
  /** @param {Data} data @param {Meta} meta @param {Store} store */
  constructor(data, meta, store) {
    /** @type {ReturnType<typeof createMapLayer> | null} */
    this.layer = null;
    /** @type {(state: State) => void} */
    this.showActors = () => {};
    /** @type {(state: State, changed: string[]) => void} */
    this.showPosition = () => {};
    /** @type {Set<string>} */
    this.told = new Set();
    this.attempt(() => this.start(data, meta, store), (message) => this.showFault(message));
  }

  /** @param {Data} data @param {Meta} meta @param {Store} store */
  start(data, meta, store) {
    // The name leads to the element of this id where there is no such map.
    const map = window[meta.map] instanceof Element ? null : window[meta.map];
    // A broken foreign layer may have kept folium's script from making the map.
    if (!map) throw new Error(t("map.not_made"));
    // The parts around the map have taken their room since folium's script measured it.
    if (map.getContainer().clientWidth) map.invalidateSize({ animate: false, pan: false });
    this.layer = createMapLayer(map, data, meta, {
      onPick(pick, event) {
        const patch = pickPatch(data, store.get(), pick, event);
        if (patch) store.set(patch);
      },
    });
    this.attempt(() => { this.showActors = mirrorLayerControl(map, store, meta); });
    this.attempt(() => { this.showPosition = mirrorPosition(map, store); });
  }

  update(view, state) {
    if (!this.layer) return;
    this.attempt(() => {
      this.layer.update(view, state);
      part(".ca-map-fault")?.remove();
    }, (message) => this.showFault(message));
  }

  mirrorActors(state) {
    this.attempt(() => this.showActors(state));
  }

  mirrorPosition(state, changed) {
    this.attempt(() => this.showPosition(state, changed));
  }

  rehearse(view) {
    this.attempt(() => this.layer?.rehearse(view));
  }

  /** The same fault may come back with each filter: the console hears of it once. */
  attempt(action, onFault) {
    try {
      action();
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (!this.told.has(message)) console.error(error);
      this.told.add(message);
      onFault?.(message);
    }
  }

  showFault(message) {
    if (part(".ca-map-fault")) return;
    part(".ca-map").append(el("p", { class: "ca-map-fault", role: "alert", text: t("map.failed", { message }) }));
  }
}

/** All parts of the page, and what each of them does when the state changes. @param {Data} data @param {Meta} meta */
function createPage(data, meta) {
  meta.others = data.claims.values("actors").filter((actor) => !meta.listed_actors.includes(actor));
  const store = createStore(data, meta);
  const maker = new ViewMaker(data, meta);
  const chips = new Chips({ data, store });
  const showQuery = setUpSearch(store);
  const views = createViews({ data, meta, store });
  const panel = new ClaimsPanel({ data, meta, store, link: (row) => shareClaim(data, store, row) });
  store.onLost(showLost);

  function showPanels(view, state, changed) {
    showHead(state, meta);
    showQuery(state);
    chips.update(state);
    views.update(view, state);
    panel.update(view, state, changed);
  }

  function show(state, changed) {
    const view = maker.compute(state);
    // The map asks where its controls are: while nothing has changed yet, the browser knows.
    map.update(view, state);
    showPanels(view, state, changed);
    map.mirrorPosition(state, changed);
  }

  // Map and list come first, in one frame; what nobody looks at as quickly, in the next.
  function showRest() {
    map.mirrorActors(store.get());
    views.updateRest();
  }

  // What stands around the map comes before it: a map that changes its size is drawn twice, and
  // the browser lays out the page once more.
  const state = store.get(), view = maker.compute(state);
  showPanels(view, state, STATE_KEYS);
  const map = new MapPart(data, meta, store);
  map.update(view, state);
  map.mirrorPosition(state, STATE_KEYS);
  showRest();
  store.subscribe((state, changed) => {
    // Where the map has been moved to changes nothing but the address, unless history moved it.
    if (changed.every((key) => key === "at")) return map.mirrorPosition(state, changed);
    const start = performance.now();
    show(state, changed);
    announce(panel.nodes.counts.textContent);
    return afterDrawing(() => {
      performance.measure("claimatlas:update", { start });
      showRest();
    });
  });
  function rehearse(patch) {
    const now = store.get(), other = { ...now, ...patch };
    const view = maker.compute(other);
    panel.rehearse(view, other);
    map.rehearse(view);
    // Which claims fail which filter is kept from one view to the next.
    maker.compute(now);
  }

  catchLinks(store);
  panel.list.drawRest(Infinity);
  afterDrawing(() => {
    document.documentElement.dataset.claimatlas = "ready";
    performance.mark("claimatlas:ready");
    prepareWhileIdle(data, maker, store, rehearse);
    whenIdle(() => views.prepare());
  });
}

function start() {
  document.querySelector(".ca-plain")?.remove();
  const root = document.getElementById("claimatlas");
  const { data, geometry, broken } = root.claimatlas;
  delete root.claimatlas;
  const meta = readMeta();
  const packed = unpack(data);
  setWords(packed.header.words, meta.lang);
  setLists(meta.lists);
  createPage(createData(packed, geometry), meta);
  showBroken(broken);
}

try {
  start();
} catch (error) {
  part(".ca-counts").textContent = t("error.start", { message: /** @type {Error} */ (error).message });
  throw error;
}
