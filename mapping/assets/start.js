// The small script that starts the page: it unpacks the claims, the geometry, style sheets and
// the other scripts, which travel gzipped, and runs those in their order once the document is
// there: Leaflet (where no foreign script in the head needs it earlier), folium's, ours.
// The security policy names the hash of what it runs (mapping/page/document.py). What it unpacks is left
// at the element #claimatlas, so that no global name is touched.

const TEXT91 = 91;
// Printable ASCII without space, `"`, `&` and `<`: the value of each character code.
const TEXT91_VALUES = (() => {
  const values = new Int32Array(128);
  let value = 0;
  for (let code = 33; code < 127; code++) if (code !== 34 && code !== 38 && code !== 60) values[code] = value++;
  return values;
})();

/**
 * The bytes of a text of mapping/page/text91.py: 13 bits in two characters, at the end 6 in one.
 * Sixteen characters are thirteen bytes, written out: this runs before the browser has compiled
 * it, where a loop over bits took three times as long.
 */
function decodeText91(text) {
  const codes = new TextEncoder().encode(text), values = TEXT91_VALUES;
  const pairs = codes.length >> 1;
  const bytes = new Uint8Array((pairs * 13 + (codes.length & 1) * 6) >> 3);
  const pair = (at) => values[codes[at]] * TEXT91 + values[codes[at + 1]];
  let i = 0, at = 0;
  for (const end = codes.length - 15; i < end; i += 16, at += 13) {
    const a = pair(i), b = pair(i + 2), c = pair(i + 4), d = pair(i + 6);
    const e = pair(i + 8), f = pair(i + 10), g = pair(i + 12), h = pair(i + 14);
    bytes[at] = a >> 5;
    bytes[at + 1] = (a << 3) | (b >> 10);
    bytes[at + 2] = b >> 2;
    bytes[at + 3] = (b << 6) | (c >> 7);
    bytes[at + 4] = (c << 1) | (d >> 12);
    bytes[at + 5] = d >> 4;
    bytes[at + 6] = (d << 4) | (e >> 9);
    bytes[at + 7] = e >> 1;
    bytes[at + 8] = (e << 7) | (f >> 6);
    bytes[at + 9] = (f << 2) | (g >> 11);
    bytes[at + 10] = g >> 3;
    bytes[at + 11] = (g << 5) | (h >> 8);
    bytes[at + 12] = h;
  }
  let rest = 0, bits = 0;
  while (at < bytes.length) {
    const single = i + 1 === codes.length;
    rest = (rest << (single ? 6 : 13)) | (single ? values[codes[i]] : pair(i));
    bits += single ? 6 : 13;
    i += 2;
    for (; bits >= 8 && at < bytes.length; bits -= 8) bytes[at++] = rest >> (bits - 8);
    rest &= (1 << bits) - 1;
  }
  return bytes;
}

/** The gunzipped bytes of a block of the page. */
async function readBytes(elementId) {
  const element = document.getElementById(elementId);
  const bytes = decodeText91(element.textContent);
  // The text is large and never read again.
  element.remove();
  // Not as a Blob: those go to the browser's own process and back.
  const stream = new DecompressionStream("gzip"), writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const [buffer] = await Promise.all([new Response(stream.readable).arrayBuffer(), written]);
  return new Uint8Array(buffer);
}

function documentRead() {
  if (document.readyState !== "loading") return null;
  return new Promise((done) => { document.addEventListener("DOMContentLoaded", done); });
}

async function load() {
  const [code, data, geometry] = await Promise.all([
    readBytes("claimatlas-code"), readBytes("claimatlas-data"), readBytes("claimatlas-geometry"), documentRead(),
  ]);
  const before = new TextDecoder().decode(code).split("\f"), own = before.pop();
  for (const style of document.querySelectorAll("style[data-packed]")) style.textContent = before.shift();
  document.documentElement.classList.add("ca-styled");
  for (const text of before) run(text);
  const broken = runLayers(JSON.parse(document.getElementById("claimatlas-layers").textContent));
  document.getElementById("claimatlas").claimatlas = { data, geometry, broken };
  run(own);
}

/**
 * Each layer's script by itself, so that one that breaks, or that no browser can read, takes down
 * nothing else. The browser tells the console; here are the names of what broke.
 */
function runLayers(layers) {
  const broken = new Set();
  let name = "";
  const note = () => broken.add(name);
  window.addEventListener("error", note);
  for (const [layer, text] of layers) {
    name = layer;
    run(text);
  }
  window.removeEventListener("error", note);
  return [...broken];
}

function run(text) {
  const script = document.createElement("script");
  script.textContent = text;
  document.body.append(script);
}

// Where scripted.js found the browser too old, the plain table says so.
if (document.documentElement.classList.contains("ca-scripted")) {
  load().catch((error) => {
    // The plain table says what there is.
    document.documentElement.classList.remove("ca-scripted");
    document.querySelector("#claimatlas .ca-counts").textContent = error.message;
    throw error;
  });
}
