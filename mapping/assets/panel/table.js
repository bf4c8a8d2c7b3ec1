// All claims of the list as a sortable table, and their downloads.

import { t, term } from "../core/words.js";
import { formatDate } from "../core/dates.js";
import { el, hostName, outLink, safeUrl } from "../core/dom.js";
import { quantityWords, relationWords } from "../core/quantity.js";
import { isForecast, statusAt } from "../core/status.js";
import { speakerWords } from "./cards.js";
import { SortableTable } from "./sortable.js";
import { downloadCsv, downloadGeoJson } from "./download.js";

export class TablePanel {
  constructor({ data, meta, store }) {
    this.data = data;
    this.store = store;
    const { claims } = data;
    const text = (name) => (row) => claims.get(name, row) ?? "";
    const date = (name) => ({ value: (row) => claims.get(name, row) ?? "", cell: (row) => (claims.get(name, row) ? formatDate(claims.get(name, row)) : "") });
    this.table = new SortableTable({
      caption: t("table.caption"), most: 200,
      rowProps: (row) => ({ dataset: { rowClaim: claims.get("claim_id", row) } }),
      columns: [
        { key: "reported", label: t("column.reported"), ...date("reported") },
        { key: "actor", label: t("column.actor"), value: text("actor") },
        { key: "kind", label: t("column.kind"), value: (row) => term("kind", claims.get("kind", row)) },
        { key: "text", label: t("column.text"), header: true, value: text("text"), cell: (row) => this.claimButton(row) },
        { key: "quantity", label: t("column.quantity"), value: (row) => claims.get("value", row) ?? claims.get("low", row), cell: (row) => quantityWords(data, row), numeric: true },
        { key: "places", label: t("column.places"), value: (row) => relationWords(data, row) },
        { key: "speaker", label: t("column.speaker"), value: (row) => speakerWords(data, row) },
        { key: "outlet", label: t("column.outlet"), value: text("outlet") },
        { key: "stated", label: t("column.stated"), ...date("stated") },
        { key: "rating", label: t("column.rating"), value: (row) => `${claims.get("reliability", row) ?? ""}${claims.get("credibility", row) ?? ""}` || t("rating.none") },
        { key: "status", label: t("column.status"), value: (row) => this.status(row) },
        { key: "url", label: t("column.url"), value: (row) => hostName(safeUrl(claims.get("url", row))), cell: (row) => this.sourceLink(row) },
      ],
    });
    this.summary = el("p", { class: "ca-hint" });
    const button = (key, action) => el("button", { type: "button", class: "ca-button", text: t(key), onclick: action });
    document.getElementById("ca-panel-table").append(
      el("h2", { text: t("table.title") }), this.summary,
      el("p", { class: "ca-downloads" }, button("download.csv", () => downloadCsv(data, this.rows(), this.view.asof)), " ", button("download.geojson", () => downloadGeoJson(data, this.rows(), this.view.asof, meta.geometry))),
      this.table.element);
  }

  claimButton(row) {
    return el("button", {
      type: "button", class: "ca-link-button", dir: "auto", text: this.data.claims.get("text", row) ?? "", onclick: () => {
        document.getElementById("ca-tab-claims").click();
        this.store.set({ claim: this.data.claims.get("claim_id", row) });
      },
    });
  }

  sourceLink(row) {
    const url = safeUrl(this.data.claims.get("url", row));
    return outLink(url, hostName(url)) || "";
  }

  status(row) {
    const status = statusAt(this.data, row, this.view.asof);
    if (status === "current" && isForecast(this.data, row, this.view.asof)) return term("status_name", "forecast");
    const ended = this.view.visible[row] && !this.view.current[row];
    return ended && status === "current" ? term("status_name", "replaced") : term("status_name", status);
  }

  rows() {
    return [...this.view.list, ...this.view.undated];
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    this.view = view;
    this.state = state;
    const rows = this.rows();
    this.summary.textContent = t("table.summary", { n: rows.length });
    this.table.setRows(rows);
  }
}
