// A comparison as a plot: a line for each statement, its interval on one scale from zero.

import { formatNumber } from "../core/words.js";
import { el } from "../core/dom.js";
import { svg } from "./timeline.js";

const PLOT_WIDTH = 300;
const PLOT_HEIGHT = 16;

/** A round number not below `value`, for the scale's end. */
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 2.5, 5, 10].map((step) => step * power).find((end) => end >= value);
}

/** The scale of a comparison: from zero, with room beyond the highest bound for open ends. */
export function plotScale(figures) {
  const bounds = figures.flatMap(({ shown }) => shown).filter(Number.isFinite);
  const end = roundUp(Math.max(1, ...bounds));
  const room = figures.some(({ shown }) => shown[1] === Infinity) ? 0.9 : 0.96;
  return { end, x: (value) => 6 + Math.min(1, value / end) * room * (PLOT_WIDTH - 12) };
}

export function plotAxis(scale) {
  const axis = el("div", { class: "ca-plot-axis", "aria-hidden": "true" });
  for (const value of [0, scale.end / 2, scale.end]) {
    axis.append(el("span", { text: formatNumber(value), style: `inset-inline-start:${((scale.x(value) / PLOT_WIDTH) * 100).toFixed(2)}%` }));
  }
  return axis;
}

/** One interval: closed ends are ticks, open ones arrows; a total that only includes the place is dashed. @param {Data} data */
export function plotInterval(data, figure, scale, tolerance) {
  const { shown: [low, high], row, part } = figure;
  const plot = svg("svg", { class: `ca-plot ca-plot-${part}`, viewBox: `0 0 ${PLOT_WIDTH} ${PLOT_HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" });
  const middle = PLOT_HEIGHT / 2;
  plot.append(svg("path", { class: "ca-plot-base", d: `M6 ${middle}H${PLOT_WIDTH - 6}` }));
  if (data.claims.get("modifier", row) === "about") {
    const from = scale.x(low * (1 - tolerance)), to = scale.x((high === Infinity ? low : high) * (1 + tolerance));
    plot.append(svg("path", { class: "ca-plot-about", d: `M${from} ${middle - 5}H${to}V${middle + 5}H${from}z` }));
  }
  const left = scale.x(low), right = high === Infinity ? PLOT_WIDTH - 6 : scale.x(high);
  plot.append(svg("path", { class: "ca-plot-line", d: `M${left} ${middle}H${right}` }));
  const tick = (x) => svg("path", { class: "ca-plot-tick", d: `M${x} ${middle - 6}v12` });
  // "Up to 4,000" says nothing of a lower end: zero is where numbers begin, not what was said.
  if (low > 0 || high === 0) plot.append(tick(left));
  if (high === Infinity) plot.append(svg("path", { class: "ca-plot-arrow", d: `M${right - 6} ${middle - 5}l6 5l-6 5` }));
  else if (high !== low) plot.append(tick(right));
  return plot;
}
