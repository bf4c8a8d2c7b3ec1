// Labels neither overlap nor leave the view.

import assert from "node:assert/strict";
import { test } from "node:test";

import { LabelRoom, hangBox, outlineSpots } from "../../mapping/assets/map/labels.js";

const overlap = (a, b) => a[0] < b[2] && a[2] > b[0] && a[1] < b[3] && a[3] > b[1];

test("a label hangs on its point: centred, beside it, above it", () => {
  assert.deepEqual(hangBox({ x: 10, y: 20, hang: [0, 0] }, [8, 4]), [6, 18, 14, 22]);
  assert.deepEqual(hangBox({ x: 10, y: 20, hang: [1, 0] }, [8, 4]), [10, 18, 18, 22]);
  assert.deepEqual(hangBox({ x: 10, y: 20, hang: [-1, -1] }, [8, 4]), [2, 16, 10, 20]);
});

test("the first spot with room is taken, and none outside of the view or on an obstacle", () => {
  const room = new LabelRoom(200, 100, [[0, 0, 100, 100]]);
  const at = (x, y) => ({ x, y, hang: [0, 0] });
  assert.equal(room.take([40, 20], [at(50, 50), at(199, 50), at(150, 99)]), null);
  assert.deepEqual(room.take([40, 20], [at(50, 50), at(150, 50)]).box, [130, 40, 170, 60]);
  assert.equal(room.take([40, 20], [at(150, 50)]), null);
  assert.equal(room.take([500, 20], [at(100, 50)]), null);
});

test("however many ask, none overlap and all stay inside", () => {
  const room = new LabelRoom(640, 400, []), boxes = [];
  for (let k = 0; k < 400; k++) {
    const spot = { x: (k * 137) % 640, y: (k * 89) % 400, hang: [(k % 3) - 1, ((k >> 2) % 3) - 1] };
    const taken = room.take([20 + (k % 60), 15], [spot, { ...spot, hang: [0, 0] }]);
    if (taken) boxes.push(taken.box);
  }
  assert.ok(boxes.length > 20);
  for (const [k, box] of boxes.entries()) {
    assert.ok(box[0] >= 0 && box[1] >= 0 && box[2] <= 640 && box[3] <= 400);
    for (const other of boxes.slice(0, k)) assert.ok(!overlap(box, other), `${box} on ${other}`);
  }
});

test("spots on an outline lie on its edge, and only in the view", () => {
  const ring = [[20, 20], [120, 20], [120, 80], [20, 80]];
  const spots = outlineSpots([ring], { width: 200, height: 100 });
  assert.ok(spots.length > 0);
  for (const { x, y, on, away } of spots) {
    assert.ok(ring.some(([left, top]) => left === on[0] && top === on[1]));
    assert.ok(Math.hypot(x - on[0], y - on[1]) <= away * Math.SQRT2 + 1e-9);
  }
  assert.ok(spots.some(({ away }) => away === 0) && spots.some(({ away }) => away > 100));
  assert.deepEqual(outlineSpots([[[-50, -50], [-10, -50]]], { width: 200, height: 100 }), []);
});
