// Places as GeoJSON: from the page's shared arcs back to polygons in degrees.

import { derived } from "../core/decode.js";

/** All arcs as lists of [lon, lat], decoded on first use. @param {Data} data */
function arcsInDegrees(data, spec) {
  return derived(data, "arcs in degrees", () => {
    const bytes = data.geometry;
    let at = 0, column = 0, row = 0;
    const read = () => {
      let value = 0;
      for (let factor = 1; ; factor *= 128) {
        const byte = bytes[at++];
        value += (byte & 127) * factor;
        if (byte < 128) return value;
      }
    };
    const signed = (value) => (value % 2 ? -(value + 1) / 2 : value / 2);
    const digits = Math.max(0, Math.ceil(-Math.log10(spec.step)) + 1);
    const degrees = (value) => Number(value.toFixed(digits));
    return Array.from({ length: spec.arcs }, () => Array.from({ length: read() }, () => {
      column += signed(read());
      row += signed(read());
      return [degrees(spec.x0 + column * spec.step), degrees(spec.y0 + row * spec.step)];
    }));
  });
}

function ringPoints(arcs, refs) {
  const points = [];
  for (const ref of refs) {
    const arc = ref >= 0 ? arcs[ref] : arcs[~ref].toReversed();
    for (const point of points.length ? arc.slice(1) : arc) points.push(point);
  }
  const [first, last] = [points[0], points[points.length - 1]];
  if (first[0] !== last[0] || first[1] !== last[1]) points.push(first);
  return points;
}

/** Twice the signed area: positive where the ring runs counter-clockwise. */
function ringArea(ring) {
  let sum = 0;
  for (let k = 1; k < ring.length; k++) sum += ring[k - 1][0] * ring[k][1] - ring[k][0] * ring[k - 1][1];
  return sum;
}

function ringContains(ring, [x, y]) {
  let inside = false;
  for (let k = 1; k < ring.length; k++) {
    const [ax, ay] = ring[k - 1], [bx, by] = ring[k];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** A place's polygons (RFC 7946: outer rings counter-clockwise, each with its holes). @param {Data} data */
function placePolygons(data, spec, place) {
  return derived(data, `polygons ${place}`, () => {
    const arcs = arcsInDegrees(data, spec);
    const rings = data.shapes[place].map((refs) => ringPoints(arcs, refs)).filter((ring) => ring.length > 3);
    const holders = rings.map((ring) => rings.filter((other) => other !== ring && ringContains(other, ring[0])));
    const polygons = new Map();
    rings.forEach((ring, k) => {
      if (holders[k].length % 2 === 0) polygons.set(ring, [ringArea(ring) < 0 ? ring.toReversed() : ring]);
    });
    rings.forEach((ring, k) => {
      if (holders[k].length % 2 === 0) return;
      // The holder that is held by the most others is the one just around it.
      const around = holders[k].filter((other) => polygons.has(other)).pop();
      polygons.get(around)?.push(ringArea(ring) > 0 ? ring.toReversed() : ring);
    });
    return [...polygons.values()];
  });
}

/** A claim's geometry: its point, else all of its places together; null for a whole country. @param {Data} data */
export function claimGeometry(data, spec, row) {
  const { claims } = data;
  const lat = claims.get("lat", row), lon = claims.get("lon", row);
  if (lat !== null && lon !== null) return { type: "Point", coordinates: [lon, lat] };
  const coordinates = Array.from(claims.codes("place", row)).flatMap((place) => placePolygons(data, spec, place));
  return coordinates.length ? { type: "MultiPolygon", coordinates } : null;
}
