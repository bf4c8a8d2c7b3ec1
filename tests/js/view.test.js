// Days, counts, shades and filters: the page says of any day what Python says of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { AGE_NAMES, ageClass } from "../../mapping/assets/core/dates.js";
import { facetColumn, facetCounts } from "../../mapping/assets/core/facets.js";
import { emptyState } from "../../mapping/assets/core/state.js";
import { isForecast, statusAt } from "../../mapping/assets/core/status.js";
import { heldOn } from "../../mapping/assets/panel/compare.js";
import { ViewMaker } from "../../mapping/assets/core/view.js";
import { pageOf, vectors } from "./vectors.js";

for (const page of vectors.pages) {
  const { data, meta } = pageOf(page);
  const { claims, places } = data;
  const maker = new ViewMaker(data, meta);
  const id = (row) => claims.get("claim_id", row);
  const rows = Array.from({ length: claims.n }, (_, row) => row);
  const named = (marks) => rows.filter((row) => marks[row]).map(id).sort();

  test(`${page.name}: the claims try what is to be held`, () => {
    assert.ok(page.days.length > 8);
    if (page.name === "random") for (const name of ["suspended", "precedence", "until", "due", "absent", "status_from"]) assert.ok(claims.has(name), name);
    const said = page.days.flatMap(({ contradictions }) => contradictions.map(([what]) => what));
    if (page.name === "random") for (const what of ["figures", "set"]) assert.ok(said.includes(what), what);
  });

  for (const expected of page.days) {
    const view = maker.compute({ ...emptyState(), asof: expected.day });

    test(`${page.name}, day ${expected.day}: what is visible, current, and stands for its origin`, () => {
      assert.deepEqual(named(view.visible), [...expected.visible].sort());
      assert.deepEqual(named(view.current), [...expected.current].sort());
      const heads = [...new Set(view.heads.filter((row) => row >= 0))].map(id).sort();
      assert.deepEqual(heads, [...expected.counting].sort());
      assert.deepEqual(view.counts, expected.counts);
      assert.deepEqual(Array.from(view.list, id).sort(), [...expected.visible].sort());
    });

    test(`${page.name}, day ${expected.day}: which claims cannot hold together`, () => {
      const held = heldOn(data.contradictions, expected.day).map((row) => [
        data.contradictions.get("what", row), ...Array.from(data.contradictions.codes("claims", row), id).sort(),
      ]);
      // Python tells a pair of figures of which one denies the other once.
      const denied = new Set(held.filter(([what]) => what === "denial").map((row) => row.slice(1).join()));
      const told = held.filter(([what, ...members]) => what === "denial" || !denied.has(members.join()));
      assert.deepEqual(told.map(String).sort(), expected.contradictions.map(String).sort());
    });

    test(`${page.name}, day ${expected.day}: how old each claim is`, () => {
      const aged = claims.numbers("aged"), seen = claims.numbers("seen");
      for (const row of rows) {
        const age = Number.isNaN(seen[row]) ? 4 : ageClass(aged[row], expected.day, meta);
        assert.equal(AGE_NAMES[age], expected.age[id(row)], id(row));
      }
    });

    test(`${page.name}, day ${expected.day}: what status each claim has, and which are forecasts`, () => {
      for (const row of rows) assert.equal(statusAt(data, row, expected.day), expected.status[id(row)], id(row));
      assert.deepEqual(rows.filter((row) => isForecast(data, row, expected.day)).map(id).sort(), [...expected.forecast].sort());
    });

    test(`${page.name}, day ${expected.day}: sources, origins and age of each place`, () => {
      let counted = 0;
      for (let place = 0; place < places.n; place++) {
        const summary = expected.places[places.get("id", place)];
        if (!summary) continue;
        const { sources, origins, soft, age } = view.place;
        const got = { sources: sources[place], origins: origins[place], soft: soft[place], age: AGE_NAMES[age[place]] || null };
        assert.deepEqual(got, summary, places.get("id", place));
        counted++;
      }
      assert.equal(counted, Object.keys(expected.places).length);
    });
  }

  test(`${page.name}: filters let the same claims pass`, () => {
    for (const { state, listed, kinds } of page.filters) {
      const view = maker.compute({ ...emptyState(), asof: page.days.at(-1).day, ...state });
      assert.deepEqual(Array.from(view.list, id).sort(), [...listed].sort(), JSON.stringify(state));
      if (!kinds) continue;
      const counts = facetCounts(data, "kind", view);
      const { values } = facetColumn(data, "kind");
      assert.deepEqual(Object.fromEntries(values.map((value, code) => [value, counts[code]]).filter(([, n]) => n)), kinds);
    }
  });

  test(`${page.name}: a facet's counts leave out its own filter, and no other`, () => {
    const kinds = facetColumn(data, "kind").values.slice(0, 1);
    const open = maker.compute(emptyState()), all = facetCounts(data, "kind", open);
    const filtered = facetCounts(data, "kind", maker.compute({ ...emptyState(), kind: kinds }));
    assert.deepEqual(filtered, all);
    const actor = facetColumn(data, "actor").values.slice(0, 1);
    const one = maker.compute({ ...emptyState(), actor });
    assert.equal(facetCounts(data, "kind", one).reduce((sum, n) => sum + n, 0), one.list.length);
  });
}
