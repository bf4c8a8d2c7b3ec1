// The places as an accessible table: what the map shows by colour, in words and numbers.

import { t } from "../core/words.js";
import { AGE_NAMES } from "../core/dates.js";
import { el } from "../core/dom.js";
import { placeName } from "../core/lookup.js";
import { SortableTable } from "./sortable.js";

export class PlacesPanel {
  constructor({ data, store }) {
    this.data = data;
    this.store = store;
    const { places } = data;
    const of = (name) => (place) => this.view.place[name][place];
    this.total = (place) => this.totals.get(place) || 0;
    this.table = new SortableTable({
      caption: t("places.caption"), most: 200,
      rowProps: (place) => ({ dataset: { placeId: places.get("id", place) }, class: this.state.place.includes(places.get("id", place)) ? "ca-chosen" : null, onclick: () => this.select(place) }),
      columns: [
        { key: "place", label: t("column.place"), header: true, value: (place) => placeName(data, place), cell: (place) => this.placeButton(place) },
        { key: "sources", label: t("column.sources"), numeric: true, value: of("sources"), cell: (place) => this.sourcesCell(place) },
        { key: "origins", label: t("column.origins"), numeric: true, value: of("origins") },
        { key: "totals", label: t("column.totals"), numeric: true, value: this.total },
        { key: "soft", label: t("column.soft"), numeric: true, value: of("soft") },
        { key: "age", label: t("column.age"), value: (place) => this.age(place) },
      ],
    });
    this.summary = el("p", { class: "ca-hint" });
    this.all = el("input", { type: "checkbox", onchange: () => this.update(this.view, this.state) });
    document.getElementById("ca-panel-places").append(
      el("h2", { text: t("places.title") }), this.summary,
      el("label", { class: "ca-check" }, this.all, ` ${t("places.all")}`), this.table.element);
  }

  placeButton(place) {
    // A click on it reaches the row, which selects.
    return el("button", { type: "button", class: "ca-link-button", dir: "auto", text: placeName(this.data, place) });
  }

  select(place) {
    this.store.set({ place: [this.data.places.get("id", place)], set: null, claim: null });
  }

  sourcesCell(place) {
    const count = this.view.place.sources[place];
    if (count || this.view.place.origins[place] || this.view.place.parts[place]) return count;
    return this.countries.has(place) ? "–" : el("span", { class: "ca-muted", text: t(this.view.place.told[place] ? "places.filtered" : "places.nothing") });
  }

  age(place) {
    const age = this.view.place.age[place];
    return age ? t(`age.${AGE_NAMES[age]}`) : "";
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    this.view = view;
    this.state = state;
    this.countries = new Map(view.countries.map(({ place, rows }) => [place, rows.length]));
    this.totals = new Map(this.countries);
    for (const { set, rows } of view.sets) {
      for (const place of this.data.sets[set].places) this.totals.set(place, (this.totals.get(place) || 0) + rows.length);
    }
    const { places } = this.data;
    const rows = [];
    let units = 0, told = 0;
    for (let place = 0; place < places.n; place++) {
      const unit = places.get("role", place) === "unit";
      const spoken = view.place.origins[place] > 0 || this.totals.has(place);
      if (unit) units++;
      if (unit && view.place.origins[place] > 0) told++;
      if (spoken || (unit && this.all.checked)) rows.push(place);
    }
    rows.sort((a, b) => view.place.sources[b] - view.place.sources[a] || view.place.origins[b] - view.place.origins[a]);
    this.summary.textContent = t("places.summary", { told, n: units });
    this.table.setRows(rows);
  }
}
