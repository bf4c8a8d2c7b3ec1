// Which sets are drawn, and which labels stand where.

const SETS_DRAWN = 6;
const NEARBY = [
  [0, 0], [0, 22], [0, -22], [36, 0], [-36, 0], [30, 26], [-30, 26], [30, -26], [-30, -26],
  [0, 44], [0, -44], [70, 0], [-70, 0],
];
// A name needs this much of the width of what it names.
const NAME_SHARE = 0.98;
const NAMES_DRAWN = 150;

// The sets to draw: the selected one; else those of the selected places; else the
// newest. Others are counted as `rest`, and listed on demand.
function chooseSets(data, view, hoveredSet) {
  const byAge = [...view.sets].sort((a, b) => a.rows[0] - b.rows[0]);
  const { selected } = view;
  const only = selected.set >= 0 ? selected.set : claimSet(data, selected.claim);
  let candidates = byAge;
  if (only >= 0) {
    candidates = [byAge.find((entry) => entry.set === only) || { set: only, rows: [] }];
  } else if (selected.place.length) {
    const places = new Set(selected.place);
    candidates = byAge.filter(({ set }) => data.sets[set].places.some((place) => places.has(place)));
  }
  const drawn = candidates.slice(0, SETS_DRAWN);
  const hovered = byAge.find((entry) => entry.set === hoveredSet);
  if (hovered && !drawn.includes(hovered)) drawn.push(hovered);
  return { drawn, rest: byAge.filter((entry) => !drawn.includes(entry)), only };
}

function claimSet(data, claim) {
  return claim >= 0 ? (data.claims.get("set", claim) ?? -1) : -1;
}

// A set keeps its colour while others come and go, unless a drawn one has it.
function setColours(drawn, palette) {
  const taken = new Set();
  return drawn.map(({ set }) => {
    let colour = set % palette.sets.length;
    for (let tries = 0; taken.has(colour) && tries < palette.sets.length; tries++) {
      colour = (colour + 1) % palette.sets.length;
    }
    taken.add(colour);
    return palette.sets[colour];
  });
}

function setMarks(data, choice, palette, hoveredSet) {
  const colours = setColours(choice.drawn, palette);
  return choice.drawn.map((entry, i) => {
    const { places, region } = data.sets[entry.set];
    const row = entry.rows.length ? speakingRow(data, entry.rows) : -1;
    const strong = entry.set === hoveredSet || entry.set === choice.only;
    return {
      ...entry,
      places,
      colour: colours[i],
      soft: region !== null && region !== undefined,
      dashed: row >= 0 && data.claims.get("extent", row) === "within",
      modifier: row >= 0 ? data.claims.get("modifier", row) : null,
      strong,
      faded: hoveredSet >= 0 && !strong,
    };
  });
}

class LabelPlan {
  // scene: what is drawn; view: what holds; frame: the container's own frame.
  constructor({ data, scene, view, frame, measure, obstacles }) {
    Object.assign(this, { data, scene, view, frame, measure });
    this.room = new LabelRoom(frame.width, frame.height, obstacles);
    this.labels = [];
    this.unplaced = [];
  }

  // Container pixels of a geographic point, in the copy of the world nearest the middle.
  point(lat, lon) {
    const { frame } = this;
    const world = this.scene.geometry.world(lat, lon);
    const size = WORLD_SIZE * frame.scale;
    let x = world.x * frame.scale + frame.left;
    x += Math.round((frame.width / 2 - x) / size) * size;
    return { x, y: world.y * frame.scale + frame.top };
  }

  placePoint(place) {
    const { places } = this.data;
    return this.point(places.get("lat", place), places.get("lon", place));
  }

  place(label, size, spots) {
    const found = this.room.take(size, spots);
    if (!found) return false;
    this.labels.push({ ...label, box: found.box });
    return true;
  }

  addSet(mark, handlers) {
    const lines = setLines(this.data, mark);
    if (!lines.length) return;
    const { geometry } = this.scene;
    const outline = geometry.outline(mark.places);
    const rings = this.frame.copies.flatMap((copy) => pixelRings(this.frame, geometry, outline, copy));
    const label = {
      key: `set ${mark.set}`, lines, kind: mark.soft ? "region" : "set", colour: mark.colour,
      pressed: mark.set === this.view.selected.set, ...handlers,
    };
    const spots = outlineSpots(rings, this.frame);
    if (spots.length && !this.place(label, this.measure.size(lines), spots)) this.unplaced.push(mark);
  }

  addCountry(entry, handlers) {
    const { x, y } = this.placePoint(entry.place);
    const label = { key: `country ${entry.place}`, kind: "country", ...handlers };
    label.pressed = this.view.selected.place.includes(entry.place);
    const spots = nearbySpots(x, y, NEARBY);
    for (const lines of [countryLines(this.data, entry), countryLine(this.data, entry)]) {
      if (this.place({ ...label, lines }, this.measure.size(lines), spots)) return;
    }
  }

  addMore(rest, handlers) {
    if (!rest.length) return;
    const lines = [{ text: t("map.more_totals", { n: rest.length }), font: LINE_PLAIN }];
    const { width, height } = this.frame;
    const spots = [[0.5, 1], [0.4, 1], [0.6, 1], [0.5, 0]].map(([x, y]) => ({
      x: width * x, y: y ? height - 8 : 8, hang: [0, y ? -1 : 1],
    }));
    this.place({ key: "more", lines, kind: "more", ...handlers }, this.measure.size(lines), spots);
  }

  // Names of units and of the land around, widest first, where they fit into their shape.
  addNames(places, kind) {
    const { geometry } = this.scene;
    const { scale } = this.frame;
    const fitting = [];
    for (const place of places) {
      const box = geometry.box(place);
      const wide = (box[2] - box[0]) * scale;
      if (wide < 24) continue;
      const lines = [{ text: this.data.places.get("name", place) || "", font: LINE_NAME }];
      const size = this.measure.size(lines, [1, 0]);
      if (size[0] > wide * NAME_SHARE) continue;
      fitting.push({ place, lines, size, wide });
    }
    fitting.sort((a, b) => b.wide - a.wide);
    let drawn = 0;
    for (const { place, lines, size } of fitting) {
      if (drawn >= NAMES_DRAWN) break;
      const { x, y } = this.placePoint(place);
      const spots = nearbySpots(x, y, [[0, 0], [0, 12], [0, -12]]);
      if (this.place({ key: `name ${place}`, lines, kind }, size, spots)) drawn++;
    }
  }
}
