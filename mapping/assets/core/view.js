// From the state to what map, list and counts show. Rules 3 to 5 of the project's design.

/**
 * What holds at a day, for each claim: `visible` (published by then), `current` (and not
 * ended), and for each origin the telling whose figures count: the canonical one where it is
 * visible, else the earliest.
 */
function currencyAt(data, asof) {
  const kept = data.cache.get("currency");
  if (kept && kept.asof === asof) return kept;
  const { claims } = data;
  const { n } = claims;
  const seen = claims.numbers("seen"), until = claims.numbers("until"), canonical = claims.numbers("canonical");
  const origins = claims.allCodes("origin");
  const visible = new Uint8Array(n), current = new Uint8Array(n);
  const pick = new Int32Array(claims.values("origin").length).fill(-1);
  const settled = new Uint8Array(pick.length);
  for (let i = 0; i < n; i++) {
    if (!(seen[i] <= asof)) continue;
    visible[i] = 1;
    if (!(until[i] <= asof)) current[i] = 1;
    const origin = origins[i];
    if (origin < 0 || settled[origin]) continue;
    // Of tellings of one day the first row counts, as in Python.
    if (canonical[i] === 1 || pick[origin] < 0 || seen[i] < seen[pick[origin]]) pick[origin] = i;
    if (canonical[i] === 1) settled[origin] = 1;
  }
  const currency = { asof, visible, current, pick };
  data.cache.set("currency", currency);
  return currency;
}

/** Which claims may shade their places, whatever the day: 1 shades, 2 is soft, 0 neither. */
function shadingRoles(data, meta) {
  return derived(data, "shading roles", () => {
    const { claims } = data;
    const shading = claims.values("kind").map((kind) => meta.lists.shading_kinds.includes(kind));
    const within = claims.values("extent").indexOf("within"), nationwide = claims.values("extent").indexOf("nationwide");
    const kinds = claims.allCodes("kind"), extents = claims.allCodes("extent"), regions = claims.starts("regions");
    const precision = claims.numbers("where_precision"), lat = claims.numbers("lat");
    const roles = new Uint8Array(claims.n);
    for (let i = 0; i < claims.n; i++) {
      const vague = precision[i] >= 5 && !Number.isNaN(lat[i]);
      if (extents[i] === within || vague || regions[i + 1] > regions[i]) roles[i] = 2;
      else if (kinds[i] >= 0 && shading[kinds[i]] && extents[i] !== nationwide) roles[i] = 1;
    }
    return roles;
  });
}

class ViewMaker {
  constructor(data, meta) {
    this.data = data;
    this.meta = meta;
    this.search = new Search(data);
    this.failures = new Failures(data, meta, this.search);
  }

  /** The day for which the page is drawn. */
  asof(state) {
    return state.asof ?? this.meta.as_of;
  }

  compute(state) {
    const { data } = this;
    const asof = this.asof(state);
    const currency = currencyAt(data, asof);
    const failures = this.failures.update(state);
    const lists = this.makeLists(failures, currency.visible);
    const counting = this.countingClaims(failures, currency);
    return {
      asof,
      ...lists,
      counts: countClaims(data, lists.list),
      place: this.summarisePlaces(counting, asof),
      ...this.groupTotals(counting),
      selected: {
        place: state.place.map((id) => placeByKey(data, id)),
        set: state.set === null ? -1 : setByKey(data, state.set),
        claim: state.claim === null ? -1 : claimByKey(data, state.claim),
      },
      failures, visible: currency.visible, current: currency.current, pick: currency.pick,
    };
  }

  makeLists(failures, visible) {
    const { n } = this.data.claims;
    const seen = this.data.claims.numbers("seen");
    const list = new Int32Array(n), undated = [];
    let length = 0;
    for (let i = 0; i < n; i++) {
      if (failures[i]) continue;
      if (visible[i]) list[length++] = i;
      else if (Number.isNaN(seen[i])) undated.push(i);
    }
    return { list: list.subarray(0, length), undated: Int32Array.from(undated) };
  }

  /**
   * The claims behind the map's figures, newest first: for each origin with a visible telling
   * that passes the filters, the telling that counts, where it is still current.
   */
  countingClaims(failures, { visible, current, pick }) {
    const { n } = this.data.claims;
    const origins = this.data.claims.allCodes("origin");
    const actors = FACET_BIT.actor | FACET_BIT.kind;
    const marks = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      if (!visible[i] || failures[i] & ~SELECTION_BITS) continue;
      const row = origins[i] < 0 ? i : pick[origins[i]];
      // A retelling may name another actor or kind: then the statement itself is not of the filter.
      if (current[row] && !(failures[row] & actors)) marks[row] = 1;
    }
    const counting = new Int32Array(n);
    let length = 0;
    for (let i = 0; i < n; i++) if (marks[i]) counting[length++] = i;
    return counting.subarray(0, length);
  }

  summarisePlaces(counting, asof) {
    const { data, meta } = this;
    const size = data.places.n;
    const roles = shadingRoles(data, meta);
    const places = data.claims.allCodes("place"), starts = data.claims.starts("place");
    const trueOf = data.claims.numbers("true_of");
    const sources = new Uint16Array(size), origins = new Uint16Array(size), soft = new Uint16Array(size);
    const age = new Uint8Array(size);
    for (let c = 0; c < counting.length; c++) {
      const i = counting[c];
      const role = roles[i];
      const own = role === 1 ? ageClass(trueOf[i], asof, meta) : 0;
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        const place = places[k];
        origins[place]++;
        if (role === 2) soft[place]++;
        if (own && (age[place] === 0 || own < age[place])) age[place] = own;
      }
    }
    this.countSources(counting, roles, sources);
    return { sources, origins, soft, age };
  }

  /** Distinct sources a place: claims are taken source by source, each place remembering its last. */
  countSources(counting, roles, counts) {
    const { claims } = this.data;
    const places = claims.allCodes("place"), starts = claims.starts("place");
    const sources = claims.allCodes("source");
    const bySource = derived(this.data, "rows by source", () => groupRows(sources, claims.values("source").length).rows);
    const counted = new Uint8Array(claims.n);
    for (let c = 0; c < counting.length; c++) if (roles[counting[c]] === 1) counted[counting[c]] = 1;
    const last = new Int32Array(counts.length).fill(-1);
    for (let r = 0; r < bySource.length; r++) {
      const i = bySource[r];
      if (!counted[i]) continue;
      for (let k = starts[i]; k < starts[i + 1]; k++) {
        if (last[places[k]] === sources[i]) continue;
        last[places[k]] = sources[i];
        counts[places[k]]++;
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

function pushTo(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** "N claims, M origins, K sources" of a list of claims. */
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
