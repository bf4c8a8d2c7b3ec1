// From a view to the list's items: one a statement, in groups.

const GROUPINGS = ["kind", "age", "none"];

/**
 * The statements of a view, each by the telling whose figures count, in groups. A statement
 * belongs to the list when any of its tellings does. Undated statements come last, apart.
 * @returns {{rows: Int32Array, groups: {key: string, start: number, count: number}[]}}
 */
function listItems(data, meta, view, grouping) {
  const dated = statements(data, view, view.list, null);
  const taken = new Set(view.undated.length ? dated : []);
  const undated = statements(data, view, view.undated, taken);
  const groups = new Map();
  const groupOf = {
    none: () => "all",
    kind: (row) => KIND_GROUPS[data.claims.get("kind", row)] || "speech",
    age: (row) => ["none", "fresh", "ageing", "stale"][ageClass(data.claims.numbers("true_of")[row], view.asof, meta)],
  }[grouping];
  const order = { none: ["all"], kind: ["states", "events", "speech"], age: ["fresh", "ageing", "stale"] }[grouping];
  for (const key of order) groups.set(key, []);
  for (const row of dated) groups.get(groupOf(row)).push(row);
  groups.set("undated", undated);
  return joinGroups(groups);
}

function joinGroups(groups) {
  const rows = [], starts = [];
  for (const [key, members] of groups) {
    if (!members.length) continue;
    starts.push({ key, start: rows.length, count: members.length });
    for (const row of members) rows.push(row);
  }
  return { rows: Int32Array.from(rows), groups: starts };
}

/** For each origin among the claims its counting telling (or the undated canonical), newest first. */
function statements(data, view, claims, taken) {
  const origins = data.claims.allCodes("origin");
  const marks = new Uint8Array(data.claims.n);
  for (const i of claims) {
    const origin = origins[i];
    const row = origin < 0 ? i : view.pick[origin] >= 0 ? view.pick[origin] : canonicalOf(data, origin);
    if (!taken || !taken.has(row)) marks[row] = 1;
  }
  const rows = [];
  for (let i = 0; i < marks.length; i++) if (marks[i]) rows.push(i);
  return rows;
}
