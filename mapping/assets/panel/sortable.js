// A sortable table: header buttons, aria-sort, and rows drawn up to a limit.

import { LANGUAGE, formatNumber, t } from "../core/words.js";
import { announce, el } from "../core/dom.js";

export class SortableTable {
  /**
   * @param {Object} options
   * @param {string} options.caption
   * @param {{key: string, label: string, numeric?: boolean, value: (row: number) => any, cell?: (row: number) => any, header?: boolean}[]} options.columns
   * @param {(row: number) => Record<string, any>} [options.rowProps]
   * @param {number} options.most   rows drawn at first, and added by each "more"
   */
  constructor({ caption, columns, rowProps, most }) {
    this.columns = columns;
    this.rowProps = rowProps || (() => ({}));
    this.most = this.limit = most;
    this.rows = [];
    this.shown = [];
    this.sort = { key: null, down: false };
    this.body = el("tbody");
    this.headers = columns.map((column) => this.header(column));
    this.more = el("button", { type: "button", class: "ca-button", onclick: () => { this.limit += this.most; this.draw(); } });
    this.element = el("div", { class: "ca-table-box" },
      el("table", { class: "ca-table" }, el("caption", { class: "ca-sr", text: caption }), el("thead", {}, el("tr", {}, this.headers)), this.body), this.more);
  }

  header(column) {
    return el("th", { scope: "col", class: column.numeric ? "ca-numeric" : null },
      el("button", { type: "button", class: "ca-sort", onclick: () => this.sortBy(column) }, column.label,
        el("span", { class: "ca-sort-mark", "aria-hidden": "true" })));
  }

  setRows(rows) {
    this.rows = Array.from(rows);
    this.limit = this.most;
    this.draw();
  }

  sortBy(column) {
    const again = this.sort.key === column.key;
    this.sort = { key: column.key, down: again ? !this.sort.down : Boolean(column.numeric) };
    this.draw();
    announce(t(this.sort.down ? "table.sorted_down" : "table.sorted_up", { column: column.label }));
  }

  /** Rows in the chosen order; what is missing comes last, either way. */
  sorted() {
    const column = this.columns.find(({ key }) => key === this.sort.key);
    if (!column) return this.rows;
    const sign = this.sort.down ? -1 : 1;
    const collator = new Intl.Collator(LANGUAGE, { numeric: true });
    const keyed = this.rows.map((row) => ({ row, value: column.value(row) }));
    const missing = (value) => value === null || value === "" || Number.isNaN(value);
    keyed.sort((a, b) => {
      if (missing(a.value) || missing(b.value)) return Number(missing(a.value)) - Number(missing(b.value));
      return sign * (column.numeric ? a.value - b.value : collator.compare(a.value, b.value));
    });
    return keyed.map(({ row }) => row);
  }

  draw() {
    this.columns.forEach((column, i) => {
      const chosen = column.key === this.sort.key;
      if (chosen) this.headers[i].setAttribute("aria-sort", this.sort.down ? "descending" : "ascending");
      else this.headers[i].removeAttribute("aria-sort");
    });
    const shown = this.sorted().slice(0, this.limit);
    const focused = this.focusedCell();
    this.shown = shown;
    this.body.replaceChildren(...shown.map((row) => el("tr", this.rowProps(row), this.columns.map((column) => this.cell(column, row)))));
    const cell = focused && this.body.rows[shown.indexOf(focused.row)]?.cells[focused.column];
    /** @type {HTMLElement | null | undefined} */ (cell?.querySelector("a, button"))?.focus({ preventScroll: true });
    this.more.hidden = this.rows.length <= this.limit;
    this.more.textContent = t("table.more", { n: Math.min(this.most, this.rows.length - shown.length), total: this.rows.length });
  }

  /** Which row and column the reader is at: what they chose there is drawn anew. */
  focusedCell() {
    const cell = this.body.contains(document.activeElement) ? /** @type {HTMLTableCellElement | null} */ (document.activeElement.closest("th, td")) : null;
    const row = /** @type {HTMLTableRowElement | undefined} */ (cell?.parentElement);
    return row ? { row: this.shown[row.sectionRowIndex], column: cell.cellIndex } : null;
  }

  cell(column, row) {
    const content = column.cell ? column.cell(row) : column.value(row);
    const text = typeof content === "number" ? formatNumber(content) : content;
    return el(column.header ? "th" : "td", {
      scope: column.header ? "row" : null, class: column.numeric ? "ca-numeric" : null, dir: column.numeric ? null : "auto",
    }, text === null || text === "" ? "" : text);
  }
}
