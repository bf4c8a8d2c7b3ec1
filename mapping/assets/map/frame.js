// How the world falls on a rectangle of the screen, and what of it Leaflet's controls cover.

import { WORLD_SIZE } from "./geometry.js";

/** How world units fall on a rectangle whose corner is a point of Leaflet's layers. */
export function makeFrame(map, geometry, corner, [width, height], dpr) {
  const zoom = map.getZoom();
  const scale = 2 ** zoom;
  const shift = map.getPixelOrigin().add(corner);
  const frame = {
    zoom, scale, dpr, width, height,
    left: geometry.origin.x * scale - shift.x,
    top: geometry.origin.y * scale - shift.y,
    copies: [],
  };
  const world = WORLD_SIZE * scale;
  // Where the whole world is in view it is drawn once, around the middle.
  const middle = Math.floor((shift.x + width / 2) / world);
  if (width >= world) return { ...frame, copies: [middle] };
  for (let k = Math.floor(shift.x / world); k * world < shift.x + width; k++) frame.copies.push(k);
  return frame;
}

/** Where Leaflet's controls lie in the map, as boxes of the container. */
export function controlBoxes(container) {
  const own = container.getBoundingClientRect();
  return Array.from(container.querySelectorAll(".leaflet-control"), (control) => {
    const box = control.getBoundingClientRect();
    return [box.left - own.left - 3, box.top - own.top - 3, box.right - own.left + 3, box.bottom - own.top + 3];
  });
}
