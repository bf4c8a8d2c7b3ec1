// "Claims published", and the day for which the page is drawn.

import { t } from "../core/words.js";
import { DAY_MS, dayToIso, formatDate, formatDay, isoToDay } from "../core/dates.js";
import { el, part } from "../core/dom.js";

const TIME_BARS = 120;
const TIME_HEIGHT = 36;

export class Timeline {
  constructor({ data, meta, store }) {
    this.data = data;
    this.meta = meta;
    this.store = store;
    this.days = this.publishedDays();
    this.first = this.days.length ? this.days[0] - 1 : meta.as_of - 365;
    this.last = Math.max(meta.as_of, this.days.length ? this.days[this.days.length - 1] : 0, this.first + 30);
    /** @type {Uint8Array | null} */
    this.claimBars = null;
    this.build(part(".ca-time"));
  }

  /** The days on which something was published, ascending, each once: claims stand newest first. */
  publishedDays() {
    const seen = this.data.claims.numbers("seen"), days = [];
    for (let i = seen.length - 1; i >= 0; i--) {
      if (!Number.isNaN(seen[i]) && seen[i] !== days[days.length - 1]) days.push(seen[i]);
    }
    return Float64Array.from(days);
  }

  build(section) {
    this.bars = svg("path", { class: "ca-bars" });
    this.later = svg("path", { class: "ca-bars-later" });
    this.chart = svg("svg", { viewBox: `0 0 ${TIME_BARS} ${TIME_HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    this.chart.append(this.bars, this.later);
    this.handle = el("div", {
      class: "ca-handle", role: "slider", tabindex: "0", "aria-label": t("time.label"),
      "aria-valuemin": this.first, "aria-valuemax": this.last, onkeydown: (event) => this.onKey(event),
    });
    this.track = el("div", { class: "ca-track", onpointerdown: (event) => this.onPointer(event) }, this.chart, this.axis(), this.handle);
    this.input = el("input", {
      type: "date", class: "ca-date", "aria-label": t("time.label"), min: dayToIso(this.first), max: dayToIso(this.last),
      oninput: () => { this.typing = true; },
      onchange: () => this.onDate(),
      onblur: () => this.leaveDate(),
    });
    this.summary = el("span", { class: "ca-time-summary" });
    const step = (direction, key, text) => el("button", { type: "button", class: "ca-button ca-step", title: t(key), "aria-label": t(key), onclick: () => this.stepTo(direction) }, text);
    section.append(
      el("div", { class: "ca-time-head" },
        el("span", { class: "ca-time-title", text: t("time.published") }), this.summary,
        el("span", { class: "ca-time-controls" }, el("label", {}, `${t("time.as_of")} `, this.input), step(-1, "time.earlier", "‹"), step(1, "time.later", "›"))),
      this.track);
  }

  /** Years, or months where the claims span few years. */
  axis() {
    const axis = el("div", { class: "ca-axis", "aria-hidden": "true" });
    for (const { day, label } of timeTicks(this.first, this.last)) {
      const at = (this.fraction(day) * 100).toFixed(3);
      axis.append(el("span", { style: `inset-inline-start:${at}%; --at:${at}` }, el("bdi", { text: label })));
    }
    return axis;
  }

  fraction(day) {
    return Math.max(0, Math.min(1, (day - this.first) / (this.last - this.first)));
  }

  /** @param {View} view @param {State} state */
  update(view, state) {
    const asof = view.asof;
    this.handle.style.insetInlineStart = `${this.fraction(asof) * 100}%`;
    this.handle.setAttribute("aria-valuenow", String(asof));
    this.handle.setAttribute("aria-valuetext", t("time.value", { date: formatDay(asof), n: view.counts.claims }));
    this.asof = asof;
    // Written over, a date loses the part that the reader is at.
    if (!this.typing && isoToDay(this.input.value) !== asof) this.input.value = dayToIso(asof);
    part(".ca-time").classList.toggle("ca-time-set", state.asof !== null);
  }

  /** What takes longer than the handle: bars, and how many claims they stand for. @param {View} view */
  updateBars(view) {
    this.drawBars(view, view.asof);
    const later = this.total - this.before;
    this.summary.textContent = later ? t("time.summary_later", { claims: t("claims", { n: this.before }), n: later }) : t("claims", { n: this.before });
  }

  /** The bar of each dated claim: they stand first, newest first. */
  barOf() {
    const seen = this.data.claims.numbers("seen");
    const scale = TIME_BARS / (this.last - this.first);
    const bars = new Uint8Array(seen.findLastIndex((day) => !Number.isNaN(day)) + 1);
    for (let i = 0; i < bars.length; i++) bars[i] = Math.max(0, Math.min(TIME_BARS - 1, Math.ceil((seen[i] - this.first) * scale) - 1));
    return bars;
  }

  /** Bars of the claims that pass the filters: those published by the day, and paler ones after it. */
  drawBars({ failures }, asof) {
    const seen = this.data.claims.numbers("seen");
    const bars = (this.claimBars ??= this.barOf());
    const before = new Uint32Array(TIME_BARS), after = new Uint32Array(TIME_BARS);
    let i = 0;
    for (; i < bars.length && seen[i] > asof; i++) if (!failures[i]) after[bars[i]]++;
    for (; i < bars.length; i++) if (!failures[i]) before[bars[i]]++;
    const sum = (counts) => counts.reduce((total, count) => total + count, 0);
    this.before = sum(before);
    this.total = this.before + sum(after);
    let most = 1;
    for (let k = 0; k < TIME_BARS; k++) most = Math.max(most, before[k] + after[k]);
    // Roots, so that a single claim is still seen beside a day of thousands.
    const height = (count) => (count ? Math.max(2, Math.sqrt(count / most) * TIME_HEIGHT) : 0);
    this.bars.setAttribute("d", barPath(before, height));
    this.later.setAttribute("d", barPath(after, height));
  }

  set(day, series = null) {
    if (day === null) return;
    const within = Math.max(this.first, Math.min(this.last, day));
    this.store.set({ asof: within === this.meta.as_of ? null : within }, { series });
  }

  /** On its way to 2023 a year that is being typed is 0002 and 0020: no day of the page, so it waits. */
  onDate() {
    const day = isoToDay(this.input.value);
    if (!(day >= this.first && day <= this.last)) return;
    this.typing = false;
    this.set(day);
  }

  /** What was typed and lies outside becomes the nearest day that the page has. */
  leaveDate() {
    if (this.typing) this.set(isoToDay(this.input.value));
    this.typing = false;
    this.input.value = dayToIso(this.asof);
  }

  /** To the previous or next day on which something was published. */
  stepTo(direction) {
    const now = this.store.get().asof ?? this.meta.as_of;
    const days = direction > 0 ? this.days : [...this.days].reverse();
    const next = days.find((day) => (direction > 0 ? day > now : day < now));
    this.set(next ?? (direction > 0 ? this.last : this.first));
  }

  onKey(event) {
    const now = this.store.get().asof ?? this.meta.as_of;
    const forward = getComputedStyle(this.handle).direction === "rtl" ? -1 : 1;
    const target = {
      ArrowRight: now + forward, ArrowLeft: now - forward, ArrowUp: now + 1, ArrowDown: now - 1,
      PageUp: addMonths(now, 1), PageDown: addMonths(now, -1), Home: this.first, End: this.last,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    this.set(target, "keys");
  }

  onPointer(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.handle.focus();
    this.track.setPointerCapture(event.pointerId);
    const move = (at) => this.set(this.dayAt(at.clientX), "drag");
    move(event);
    const stop = () => {
      this.track.removeEventListener("pointermove", move);
      this.track.removeEventListener("pointerup", stop);
      this.track.removeEventListener("pointercancel", stop);
    };
    this.track.addEventListener("pointermove", move);
    this.track.addEventListener("pointerup", stop);
    this.track.addEventListener("pointercancel", stop);
  }

  dayAt(clientX) {
    const box = this.track.getBoundingClientRect();
    const part = (clientX - box.left) / box.width;
    const along = getComputedStyle(this.track).direction === "rtl" ? 1 - part : part;
    return Math.round(this.first + along * (this.last - this.first));
  }
}

export function svg(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function barPath(counts, height) {
  let path = "";
  for (let k = 0; k < counts.length; k++) {
    if (counts[k]) path += `M${k + 0.1} ${TIME_HEIGHT}v${-height(counts[k]).toFixed(2)}h.8V${TIME_HEIGHT}z`;
  }
  return path;
}

function addMonths(day, months) {
  const date = new Date(day * DAY_MS);
  const dayOfMonth = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(dayOfMonth, last));
  return Math.round(date.getTime() / DAY_MS);
}

/** At most some eight labelled days: 1 January of years, or months of a short span. */
function timeTicks(first, last) {
  const from = new Date(first * DAY_MS), to = new Date(last * DAY_MS);
  const years = to.getUTCFullYear() - from.getUTCFullYear();
  const ticks = [];
  const monthStep = years >= 3 ? 12 * Math.ceil(years / 8) : Math.max(1, Math.ceil((last - first) / 30.4 / 8));
  const date = new Date(Date.UTC(from.getUTCFullYear(), 0, 1));
  // oxlint-disable-next-line no-unmodified-loop-condition -- setUTCMonth moves the date on
  while (date <= to) {
    const day = Math.round(date.getTime() / DAY_MS);
    if (day >= first) ticks.push({ day, label: monthStep >= 12 ? String(date.getUTCFullYear()) : formatDate(date.toISOString().slice(0, 7)) });
    date.setUTCMonth(date.getUTCMonth() + monthStep);
  }
  return ticks;
}
