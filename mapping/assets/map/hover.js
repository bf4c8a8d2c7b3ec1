// What a pointer or a key does on the map: tooltip, choice, short lists. All text is text.

import { t } from "../core/words.js";
import { announce } from "../core/dom.js";
import { WORLD_SIZE } from "./geometry.js";
import { clusterRadius } from "./marks.js";
import { actorWords, dotted, gistWords, landLines, placeLines, yearWords } from "./captions.js";
import { NARROW_VIEW } from "./label_plan.js";

class MapTooltip {
  constructor(container) {
    this.container = container;
    this.element = document.createElement("div");
    this.element.className = "ca-tooltip";
    this.element.setAttribute("aria-hidden", "true");
    this.element.hidden = true;
    container.append(this.element);
  }

  show(lines, x, y) {
    const key = lines.join("\n");
    if (this.key !== key) {
      this.key = key;
      this.element.replaceChildren(
        ...lines.map((line, i) => {
          const part = document.createElement(i ? "div" : "strong");
          part.dir = "auto";
          part.textContent = line;
          return part;
        }),
      );
    }
    this.element.hidden = false;
    this.move(x, y);
  }

  // Beside the pointer, on the side where it fits.
  move(x, y) {
    const { offsetWidth: width, offsetHeight: height } = this.element;
    const { clientWidth, clientHeight } = this.container;
    const left = x + 14 + width > clientWidth ? x - 14 - width : x + 14;
    const top = y + 14 + height > clientHeight ? y - 10 - height : y + 14;
    this.element.style.transform = `translate(${Math.max(4, left)}px, ${Math.max(4, top)}px)`;
  }

  hide() {
    this.element.hidden = true;
  }
}

// A cross in the middle shows what Enter would choose; CSS shows it on keyboard focus.
function addCrosshair(container) {
  const cross = document.createElement("div");
  cross.className = "ca-crosshair";
  cross.setAttribute("aria-hidden", "true");
  const help = document.createElement("p");
  help.className = "ca-map-help";
  help.id = `${container.id || "ca"}-help`;
  help.textContent = t("map.keyboard");
  container.append(cross, help);
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", t("map.label"));
  container.setAttribute("aria-describedby", help.id);
}

// Rows of a list in a popup, before it counts the rest.
const POPUP_ROWS = 40;

// items: [{text, onClick}]
export function openListPopup(map, latlng, title, items) {
  const box = document.createElement("div");
  box.className = "ca-popup";
  const head = document.createElement("strong");
  head.textContent = title;
  const list = document.createElement("ul");
  for (const { text, onClick } of items.slice(0, POPUP_ROWS)) {
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "auto";
    button.textContent = text;
    button.addEventListener("click", (event) => {
      map.closePopup();
      onClick(event);
    });
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  }
  box.append(head, list);
  if (items.length > POPUP_ROWS) {
    const rest = document.createElement("p");
    rest.textContent = t("map.more", { n: items.length - POPUP_ROWS });
    box.append(rest);
  }
  const { x: width, y: height } = map.getSize();
  // A low map has room for little beside it.
  const popup = L.popup({ maxWidth: Math.min(300, width - 60), maxHeight: Math.min(260, Math.max(72, height - 90)) });
  if (width < NARROW_VIEW) {
    const container = map.getContainer();
    container.classList.add("ca-listing");
    popup.on("remove", () => container.classList.remove("ca-listing"));
  }
  popup.setLatLng(latlng).setContent(box).openOn(map);
  list.querySelector("button")?.focus({ preventScroll: true });
}

const POINT_REACH = 8; // px around a small point that still count as on it

export class MapPointer {
  constructor(layer) {
    this.layer = layer;
    this.tooltip = new MapTooltip(layer.container);
    addCrosshair(layer.container);
    const { map, container } = layer;
    map.on("movestart zoomstart mouseout", () => this.unhover());
    map.on("click", (event) => this.onClick(event));
    map.on("mousemove", (event) => this.onPointerMove(event));
    container.addEventListener("keydown", (event) => this.onKey(event));
    // Before Leaflet, which hears Escape only where the map itself has the focus.
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.onEscape(event), true);
    container.addEventListener("focus", () => this.tellFocused());
    container.addEventListener("blur", () => this.unhover());
    // Leaflet focuses the map on a press, which browsers take for the keyboard's focus.
    const byKey = (on) => () => container.classList.toggle("ca-by-key", on);
    document.addEventListener("keydown", byKey(true), true);
    document.addEventListener("pointerdown", byKey(false), true);
  }

  // Whether a marker, a path or a control that is not ours has the event.
  isForeign(event) {
    const target = event.originalEvent?.target;
    return Boolean(target?.closest?.(".leaflet-interactive, .leaflet-popup, .leaflet-control, .ca-label"));
  }

  // The place under a point of the container: units before the land around.
  placeAt(point) {
    const latlng = this.layer.map.containerPointToLatLng(point).wrap();
    const { x, y } = this.layer.geometry.world(latlng.lat, latlng.lng);
    const unit = this.layer.units.find((place) => this.layer.geometry.contains(place, x, y));
    if (unit !== undefined) return unit;
    return this.layer.scene.lands.find((place) => this.layer.geometry.contains(place, x, y)) ?? -1;
  }

  clusterAt(point) {
    const frame = this.layer.seenFrame();
    for (let i = this.layer.clusters.length - 1; i >= 0; i--) {
      const cluster = this.layer.clusters[i];
      const reach = Math.max(POINT_REACH, clusterRadius(cluster.rows.length) + 2);
      for (const copy of frame.copies) {
        const dx = (cluster.x + copy * WORLD_SIZE) * frame.scale + frame.left - point.x;
        const dy = cluster.y * frame.scale + frame.top - point.y;
        if (dx * dx + dy * dy <= reach * reach) return cluster;
      }
    }
    return null;
  }

  onClick(event) {
    if (this.isForeign(event) || !this.layer.view) return;
    const cluster = this.clusterAt(event.containerPoint);
    if (cluster && cluster.rows.length === 1) this.layer.onPick({ claim: cluster.rows[0] }, event.originalEvent);
    else if (cluster) this.listPoints(cluster, event.latlng);
    else this.pick(this.placeAt(event.containerPoint), event.originalEvent);
  }

  pick(place, event) {
    if (place < 0) return this.layer.onPick(null, event);
    const role = this.layer.data.places.get("role", place);
    if (role === "unit") return this.layer.onPick({ place }, event);
    // Land around is no choice, unless claims speak of that country.
    const told = this.layer.view.countries.some((entry) => entry.place === place);
    return this.layer.onPick(told ? { country: place } : null, event);
  }

  listPoints({ rows }, latlng) {
    const items = rows.map((row) => ({
      text: dotted([gistWords(this.layer.data, row), actorWords(this.layer.data, row), yearWords(this.layer.data, row)]),
      onClick: (event) => this.layer.onPick({ claim: row }, event),
    }));
    openListPopup(this.layer.map, latlng, t("map.points", { n: rows.length }), items);
  }

  onPointerMove(event) {
    if (this.isForeign(event) || event.originalEvent?.pointerType === "touch") return this.unhover();
    this.at = event.containerPoint;
    this.hovering ||= requestAnimationFrame(() => {
      this.hovering = 0;
      if (this.at && this.layer.view) this.hover(this.at);
    });
    return undefined;
  }

  hover(point) {
    const cluster = this.clusterAt(point);
    const place = cluster ? -1 : this.placeAt(point);
    this.layer.container.classList.toggle("ca-can-pick", Boolean(cluster) || this.isUnit(place));
    const lines = cluster ? this.clusterLines(cluster) : this.linesOf(place);
    if (lines.length) this.tooltip.show(lines, point.x, point.y);
    else this.tooltip.hide();
    this.layer.hoverPlace(this.isUnit(place) ? place : -1);
  }

  isUnit(place) {
    return place >= 0 && this.layer.data.places.get("role", place) === "unit";
  }

  clusterLines({ rows }) {
    if (rows.length > 1) return [t("map.points", { n: rows.length })];
    return [gistWords(this.layer.data, rows[0]), dotted([actorWords(this.layer.data, rows[0]), yearWords(this.layer.data, rows[0])])];
  }

  linesOf(place) {
    if (place < 0) return [];
    if (this.isUnit(place)) return placeLines(this.layer.data, this.layer.meta, this.layer.view, place);
    return landLines(this.layer.data, this.layer.view, place);
  }

  unhover() {
    this.at = null;
    this.tooltip.hide();
    this.layer.container.classList.remove("ca-can-pick");
    this.layer.hoverPlace(-1);
  }

  tellFocused() {
    const { container } = this.layer;
    if (container.matches(":focus-visible") && container.classList.contains("ca-by-key")) this.tellMiddle();
  }

  // What the cross in the middle stands on, shown and said.
  tellMiddle() {
    if (!this.layer.view) return;
    const middle = this.layer.map.getSize().divideBy(2);
    const place = this.placeAt(middle);
    const lines = this.linesOf(place);
    if (!lines.length) return this.tooltip.hide();
    this.tooltip.show(lines, middle.x, middle.y);
    announce(lines.join(". "));
    return this.layer.hoverPlace(this.isUnit(place) ? place : -1);
  }

  // Close a popup, else undo a choice, from wherever on the map it was made; a label that is gone
  // leaves the focus to the page.
  onEscape(event) {
    const { container, view, map } = this.layer;
    if (!view || !(container.contains(event.target) || event.target === document.body)) return undefined;
    if (!container.querySelector(".leaflet-popup")) return this.layer.onPick(null, event);
    map.closePopup();
    container.focus({ preventScroll: true });
    return event.stopPropagation();
  }

  onKey(event) {
    if (event.target !== this.layer.container || !this.layer.view) return;
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    this.pick(this.placeAt(this.layer.map.getSize().divideBy(2)), event);
  }
}
