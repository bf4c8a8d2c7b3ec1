// The shared arcs of a page make the outlines that Python put into it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { emptyState } from "../../mapping/assets/core/state.js";
import { ViewMaker } from "../../mapping/assets/core/view.js";
import { Geometry } from "../../mapping/assets/map/geometry.js";
import { rankSets } from "../../mapping/assets/map/label_plan.js";
import { pageOf, vectors } from "./vectors.js";

for (const page of vectors.pages) {
  const { data, meta } = pageOf(page);
  const geometry = new Geometry(data.geometry, meta.geometry, data.shapes, meta.bounds);
  const ids = Array.from({ length: data.places.n }, (_, place) => data.places.get("id", place));

  test(`${page.name}: each unit has its bounds, and holds a point of itself`, () => {
    assert.ok(Object.keys(page.outlines).length > 2);
    for (const [id, { bounds: [west, south, east, north], inside: [lon, lat] }] of Object.entries(page.outlines)) {
      const place = ids.indexOf(id), box = geometry.box(place);
      const low = geometry.world(north, west), high = geometry.world(south, east);
      // The points stand on a grid; a step of it in world units of 256, near the equator and here.
      const step = (meta.geometry.step * 256) / 360 * 2;
      for (const [k, value] of [low.x, low.y, high.x, high.y].entries()) assert.ok(Math.abs(box[k] - value) <= step, `${id} ${k}: ${box[k]} ${value}`);
      const { x, y } = geometry.world(lat, lon);
      assert.ok(geometry.contains(place, x, y), id);
      assert.ok(!geometry.contains(place, x + 100, y), id);
    }
  });
}

test("a selected place draws the sets that it is part of; a selected set stands alone", () => {
  const { data, meta } = pageOf(vectors.pages[0]);
  const maker = new ViewMaker(data, meta), view = maker.compute(emptyState());
  assert.ok(view.sets.length > 3);
  const { ranked } = rankSets(data, view);
  assert.deepEqual(ranked.map(({ rows }) => rows[0]), ranked.map(({ rows }) => rows[0]).toSorted((a, b) => a - b));
  const place = data.sets[ranked[0].set].places[0];
  const chosen = { ...view, selected: { ...view.selected, place: [place] } };
  for (const { set } of rankSets(data, chosen).ranked) assert.ok(data.sets[set].places.includes(place));
  const one = { ...view, selected: { ...view.selected, set: ranked[1].set } };
  assert.deepEqual(rankSets(data, one).ranked.map(({ set }) => set), [ranked[1].set]);
});
