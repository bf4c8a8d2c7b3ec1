// What Python made for these tests (tests/vectors.py), and pages as main.js makes them of it.

import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

import { createData } from "../../mapping/assets/core/decode.js";
import { setLists } from "../../mapping/assets/core/lookup.js";
import { unpack } from "../../mapping/assets/core/unpack.js";
import { setWords } from "../../mapping/assets/core/words.js";

const path = process.env.CLAIMATLAS_VECTORS;
if (!path) throw new Error("no vectors: run python tests/javascript.py, which makes them");

export const vectors = JSON.parse(readFileSync(path, "utf8"));
setWords(vectors.words, "en");

/** The page's own decoder of texts, out of the script that runs by itself. */
export const decodeText91 = (() => {
  const script = readFileSync(new URL("../../mapping/assets/start.js", import.meta.url), "utf8");
  const [functions] = /^[^]*?\nfunction decodeText91[^]*?\n}\n/.exec(script);
  // oxlint-disable-next-line no-new-func -- a script is no module: it gives nothing away by itself
  return new Function(`${functions}\nreturn decodeText91;`)();
})();

/** The bytes of a block of the page. */
export const bytesOf = (text) => new Uint8Array(gunzipSync(decodeText91(text)));

/** A page of the vectors as the scripts have it: data and settings. */
export function pageOf({ data, geometry, meta }) {
  setLists(meta.lists);
  const page = createData(unpack(bytesOf(data)), geometry ? bytesOf(geometry) : new Uint8Array(0));
  return { data: page, meta: { ...meta, others: [] } };
}
