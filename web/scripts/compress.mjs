// Writes each built text file a second and a third time, as .br and .gz: the server only picks.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const BUILT = fileURLToPath(new URL("../../src/mien/dashboard/assets", import.meta.url));
const TEXT = new Set([".css", ".js", ".json", ".svg", ".wasm"]);
const WORTH_IT_BYTES = 1024;

const encodings = { ".br": promisify(brotliCompress), ".gz": promisify(gzip) };

for (const name of await readdir(BUILT, { recursive: true })) {
  if (!TEXT.has(extname(name))) continue;
  const content = await readFile(join(BUILT, name));
  if (content.length < WORTH_IT_BYTES) continue;
  for (const [ending, compress] of Object.entries(encodings)) {
    await writeFile(join(BUILT, name + ending), await compress(content));
  }
}
