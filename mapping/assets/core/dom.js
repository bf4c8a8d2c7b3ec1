// Building elements: text only ever as text, handlers only ever as functions.

/**
 * An element with attributes and children. `class`, `text` and `on…` functions are understood;
 * `null`, `undefined` and `false` leave an attribute or child out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any> | null} [props]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, props, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "text") element.textContent = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "dataset") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child);
  }
  return element;
}

/**
 * An element of the page's own skeleton, mapping/assets/page.html.jinja.
 * @param {string} name a selector within the page
 * @returns {any} of the kind that the skeleton has there
 */
export function part(name) {
  return document.querySelector(`#claimatlas ${name}`);
}

/** The address as a URL if it is http or https, else null. */
export function safeUrl(text) {
  if (text === null || !/^https?:/i.test(text)) return null;
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** A link out of the page, which tells the other side nothing. @param {URL | null} url */
export function outLink(url, text, props = {}) {
  return url && el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", ...props }, text);
}

/** The host as a reader knows it: "tass.com". @param {URL | null} url */
export function hostName(url) {
  return url ? url.hostname.replace(/^www\./, "") : "";
}

// How long work that can wait may take at a time.
export const SLICE_MS = 8;
const IDLE_REST_MS = 50;

/** Call back when the browser has time. Safari does not say so: there it is after a short rest. */
export function whenIdle(callback) {
  // oxlint-disable-next-line no-restricted-globals -- asked for first, and done without where there is none
  if (typeof requestIdleCallback === "function") requestIdleCallback(callback);
  else setTimeout(() => callback(shortDeadline()), IDLE_REST_MS);
}

/** A deadline as `requestIdleCallback` gives it; it runs out, or work would go on to its end at once. */
function shortDeadline() {
  const end = performance.now() + 2 * SLICE_MS;
  return { timeRemaining: () => Math.max(0, end - performance.now()) };
}

let liveTimer = 0;

/** Say something to a screen reader, once things have come to rest. */
export function announce(text) {
  const region = part(".ca-live");
  if (!region) return;
  clearTimeout(liveTimer);
  liveTimer = setTimeout(() => { region.textContent = text; }, 400);
}
