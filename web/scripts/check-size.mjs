/**
 * Weighs the JavaScript that a browser loads before it can show /sign-in; fails above the limit.
 *
 * Run it after `npm run build`. What a chunk imports only when it is asked to (`import()`) is not
 * counted, except for the page's own chunk.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const LIMIT_BYTES = 250_000;
const BUILD = fileURLToPath(new URL("../../src/mien/dashboard/", import.meta.url));
const LOADED_FIRST = ["index.html", "src/features/sign-in/index.ts"];
const NOT_BUNDLED = ["assets/color-scheme.js"]; // as it is in public/

const manifest = readManifest();
const files = [...NOT_BUNDLED, ...scriptsOf(LOADED_FIRST)];
const sizes = files.map((file) => {
  const script = readFileSync(BUILD + file);
  return { file, bytes: script.length, gzip: gzipSync(script, { level: 9 }).length };
});
const total = {
  file: "total",
  bytes: sum(sizes.map(({ bytes }) => bytes)),
  gzip: sum(sizes.map(({ gzip }) => gzip)),
};

const heaviestFirst = sizes.toSorted((one, other) => other.gzip - one.gzip);
for (const { file, bytes, gzip } of [...heaviestFirst, total]) {
  console.log(`${file.padEnd(44)} ${kilobytes(bytes)} ${kilobytes(gzip)} gzip`);
}
if (total.gzip > LIMIT_BYTES) {
  console.error(
    `The first load is above ${LIMIT_BYTES / 1000} kB: import what is heavy where it is shown, ` +
      "with lazy() or import().",
  );
  process.exitCode = 1;
}

/** The files of chunks and of all that they import at once, each once. */
function scriptsOf(keys, seen = new Set()) {
  for (const key of keys) {
    if (seen.has(key)) continue;
    if (manifest[key] === undefined) {
      throw new Error(`The build has no chunk ${key}: was it moved? Name it here as it is now.`);
    }
    seen.add(key);
    scriptsOf(manifest[key].imports ?? [], seen);
  }
  return [...seen].map((key) => manifest[key].file);
}

function readManifest() {
  try {
    return JSON.parse(readFileSync(`${BUILD}manifest.json`, "utf8"));
  } catch (cause) {
    throw new Error("There is no build to weigh: run `npm run build` first.", { cause });
  }
}

function sum(numbers) {
  return numbers.reduce((total, each) => total + each, 0);
}

function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
}
