// The page's main structures, for editors and `tsc --checkJs` alone: nothing of this reaches the
// page. What a script returns is taken from it; what Python writes is told here.

/** The packed data as tables: claims, places, bounds; sets and regions as they came. */
type Data = ReturnType<typeof import("./core/decode.js").createData>;
type Table = import("./core/decode.js").Table;

/** How a column is packed: mapping/page/packing.py has the forms, by `t`. */
interface Column {
  t: "dict" | "names" | "words" | "list" | "num" | "share" | "none";
  /** The stream of the rows, else the column that they follow from, and how. */
  s: number;
  of?: string;
  m: number[];
  /** Values, or the column that has them, or names in stems and numbers. */
  v?: any;
  /** Lengths, or the stream of them; codes likewise. */
  n?: any;
  c?: any;
  /** Names: what they begin with, and the stream of the numbers that they end with. */
  stems: string[];
  k: number;
  /** Numbers: the least one, and their decimals. */
  least: number;
  d: number;
  /** Shares of a figure: of which column, and how much of it. */
  ways: [string | null, number][];
}

/** A set of places that a total is about. */
interface PlaceSet {
  places: number[];
  region: string | null;
  /** Ids and names of the provinces that it stands for. */
  whole: Record<string, string> | null;
  partial: boolean;
}

interface Region { name: string; reason: string; names: string }

/** The settings that Python writes into the page: mapping/compose.py. */
interface Meta {
  /** The name of folium's map among the globals. */
  map: string;
  /** The page's own day, as days since 1970. */
  as_of: number;
  lang: string;
  /** The lower bounds of the classes by which places are shaded. */
  classes: number[];
  fresh_days: number;
  stale_days: number;
  window_days: number;
  about_tolerance: number;
  bounds: [[number, number], [number, number]];
  fit: boolean;
  geometry: { x0: number; y0: number; step: number; arcs: number; points: number };
  lists: { kinds: Record<string, string[]>; ratings: string[]; columns: string[]; unspecified: string };
  listed_actors: string[];
  /** Set by main.js: the actors that "others" stands for. */
  others?: string[];
}

/** What the reader chose: the address's hash, read. */
interface State {
  asof: number | null;
  actor: string[];
  kind: string[];
  source: string[];
  speaker: string[];
  outlet: string[];
  unit: string[];
  rating: string[];
  status: string[];
  place: string[];
  set: string | null;
  claim: string | null;
  q: string;
  at: number[] | null;
}

type Store = ReturnType<typeof import("./core/state.js").createStore>;

/** What map, list and counts show of a state. */
type View = ReturnType<import("./core/view.js").ViewMaker["compute"]>;

/** What `el` takes for a child. */
type Child = Node | string | null | undefined | false;

/** Leaflet 1.9, as folium's pages have it: a script of its own, without types on PyPI. */
declare const L: any;

interface Window {
  /** folium leaves its map under a name of its own (`Meta.map`). */
  [name: string]: any;
}

interface HTMLElement {
  /** The bytes that start.js unpacked, and the layers whose scripts broke, at #claimatlas until main.js takes them. */
  claimatlas?: { data: Uint8Array; geometry: Uint8Array; broken: string[] };
}
