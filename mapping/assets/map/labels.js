// Labels: HTML over the map, placed so that they neither overlap nor leave the view.
//
// A label asks for room: {key, lines, size, spots, onClick, …}. Spots are points of
// the view, best first, each with the way in which the label hangs on it. Labels
// come by importance; one that finds no room is left out and counted.

const LABEL_MARGIN = 4;
const LABEL_PADDING = [7, 4];
// As in panel/devices.css: a label of one line is made high enough for a thumb.
const THUMBS = "(max-width: 799px), (pointer: coarse)";
const THUMB_PADDING = [7, 12];
const LINE_HEIGHT = 15;

export class LabelRoom {
  constructor(width, height, obstacles) {
    this.width = width;
    this.height = height;
    this.taken = [...obstacles];
  }

  inView(box) {
    return (
      box[0] >= LABEL_MARGIN &&
      box[1] >= LABEL_MARGIN &&
      box[2] <= this.width - LABEL_MARGIN &&
      box[3] <= this.height - LABEL_MARGIN
    );
  }

  isFree(box) {
    return !this.taken.some(
      (other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1],
    );
  }

  hasRoom(box) {
    return this.inView(box) && this.isFree(box);
  }

  // The first spot with room, as a box; null where there is none.
  take(size, spots, { gap = 2 } = {}) {
    for (const spot of spots) {
      const box = hangBox(spot, size);
      if (!this.hasRoom(box)) continue;
      this.taken.push([box[0] - gap, box[1] - gap, box[2] + gap, box[3] + gap]);
      return { box, spot };
    }
    return null;
  }
}

// hang: [-1 | 0 | 1, -1 | 0 | 1]: to which side of the point the label lies.
export function hangBox({ x, y, hang }, [width, height]) {
  const left = x - width / 2 + (hang[0] * width) / 2;
  const top = y - height / 2 + (hang[1] * height) / 2;
  return [left, top, left + width, top + height];
}

// Widths are measured on a canvas: reading the layout once a label would be slow.
export class TextMeasure {
  constructor(fontFamily) {
    this.fontFamily = fontFamily;
    this.ctx = document.createElement("canvas").getContext("2d");
    this.known = new Map();
    this.thumbs = matchMedia(THUMBS);
  }

  // The room of a label that can be chosen.
  buttonSize(lines) {
    return this.size(lines, lines.length === 1 && this.thumbs.matches ? THUMB_PADDING : LABEL_PADDING);
  }

  width(text, font) {
    const key = `${font} ${text}`;
    let width = this.known.get(key);
    if (width === undefined) {
      this.ctx.font = `${font} ${this.fontFamily}`;
      width = this.ctx.measureText(text).width;
      this.known.set(key, width);
    }
    return width;
  }

  size(lines, [padX, padY] = LABEL_PADDING) {
    const widest = Math.max(...lines.map((line) => this.width(line.text, line.font)));
    return [Math.ceil(widest) + 2 * padX + 3, lines.length * LINE_HEIGHT + 2 * padY];
  }
}

export const LINE_STRONG = "600 12.5px";
export const LINE_PLAIN = "400 12px";
export const LINE_NAME = "500 11.5px";

// Eight ways out of a shape: the point furthest that way, and the label beyond it,
// close by or at the end of a leader.
const WAYS_OUT = [
  [0, -1], [1, -1], [-1, -1], [1, 0], [-1, 0], [0, 1], [1, 1], [-1, 1],
];
export const LEADERS = [3, 34, 64, 96, 130, 170];
const LEADER_COST = 0.35; // a pixel of leader, as against a percent of the map covered
const ON_EDGE_COST = 60;

/** Where a label can hang on an outline, each with what it costs to read it there. @param {number[][][]} rings @param {{width: number, height: number}} view */
export function outlineSpots(rings, view) {
  const points = rings.flat().filter(([x, y]) => x > 8 && y > 8 && x < view.width - 8 && y < view.height - 8);
  if (!points.length) return [];
  const spots = [];
  WAYS_OUT.forEach(([dx, dy], order) => {
    let best = points[0];
    for (const point of points) {
      if (point[0] * dx + point[1] * dy > best[0] * dx + best[1] * dy) best = point;
    }
    for (const away of LEADERS) {
      const place = { x: best[0] + dx * away, y: best[1] + dy * away };
      spots.push({ ...place, hang: [dx, dy], on: best, away, cost: away * LEADER_COST + order });
    }
  });
  const step = Math.max(1, Math.floor(points.length / 16));
  for (let i = 0; i < points.length; i += step) {
    const [x, y] = points[i];
    spots.push({ x, y, hang: [0, 0], on: points[i], away: 0, cost: ON_EDGE_COST });
  }
  return spots;
}

// Spots in a ring of shifts around a point, for labels that may move a little.
export function nearbySpots(x, y, shifts) {
  return shifts.map(([dx, dy]) => ({ x: x + dx, y: y + dy, hang: [0, 0], on: [x, y] }));
}

// The elements, kept by key: a label that stays is moved, so that focus stays with it.
export class LabelLayer {
  constructor(map, pane) {
    this.map = map;
    this.pane = pane;
    this.shown = new Map();
  }

  // labels: [{key, lines, box, kind, colour, title, pressed, onClick, onHover}]
  show(labels) {
    const stale = new Set(this.shown.keys());
    for (const label of labels) {
      stale.delete(label.key);
      let entry = this.shown.get(label.key);
      if (!entry || entry.element.tagName !== (label.onClick ? "BUTTON" : "SPAN")) {
        entry?.element.remove();
        entry = { element: this.make(label) };
        this.shown.set(label.key, entry);
        this.pane.append(entry.element);
      }
      entry.label = label;
      this.fill(entry.element, label);
      const corner = L.point(label.box[0], label.box[1]);
      entry.latlng = this.map.containerPointToLatLng(corner);
      L.DomUtil.setPosition(entry.element, this.map.containerPointToLayerPoint(corner).round());
    }
    for (const key of stale) {
      this.shown.get(key).element.remove();
      this.shown.delete(key);
    }
  }

  make(label) {
    if (!label.onClick) {
      const plain = document.createElement("span");
      plain.setAttribute("aria-hidden", "true"); // the list of places says the same
      return plain;
    }
    const element = document.createElement("button");
    element.type = "button";
    const entry = () => this.shown.get(label.key)?.label;
    element.addEventListener("click", (event) => {
      event.stopPropagation(); // no click on the place beneath
      // A drag may start on a label, and ends with a click on it; a key's click has no detail.
      if (event.detail === 0 || !this.map.dragging?.moved()) entry()?.onClick(event);
    });
    element.addEventListener("dblclick", (event) => event.stopPropagation());
    for (const type of ["mouseenter", "focus"]) {
      element.addEventListener(type, () => entry()?.onHover?.(true));
    }
    for (const type of ["mouseleave", "blur"]) {
      element.addEventListener(type, () => entry()?.onHover?.(false));
    }
    return element;
  }

  fill(element, label) {
    element.className = `ca-label ca-label-${label.kind} leaflet-zoom-animated`;
    element.classList.toggle("ca-label-line", Boolean(label.onClick) && label.lines.length === 1);
    element.style.width = `${Math.round(label.box[2] - label.box[0])}px`;
    element.style.setProperty("--ca-label", label.colour || "transparent");
    if (label.onClick) element.setAttribute("aria-pressed", String(Boolean(label.pressed)));
    if (label.key.startsWith("set ")) element.dataset.set = label.key.slice(4);
    if (label.key.startsWith("country ")) element.dataset.country = label.key.slice(8);
    const text = label.lines.map((line) => line.text).join("\n");
    if (element.dataset.text === text) return;
    element.dataset.text = text;
    element.replaceChildren(
      ...label.lines.flatMap((line, i) => {
        const span = document.createElement("span");
        span.className = line.className || "";
        span.dir = "auto";
        span.textContent = line.text;
        // A space between the lines, for readers that join them.
        return i ? [" ", span] : [span];
      }),
    );
  }

  // While Leaflet animates a zoom, labels go with their point of the map.
  animate(zoom, center) {
    for (const { element, latlng } of this.shown.values()) {
      L.DomUtil.setPosition(element, this.map._latLngToNewLayerPoint(latlng, zoom, center).round());
    }
  }
}
