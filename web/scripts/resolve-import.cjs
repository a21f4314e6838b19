// Where an import leads, for eslint-plugin-boundaries: `@/` is `src/`, as in tsconfig.app.json.
// The resolvers that read it from there bring binaries for machines that not every registry has.
const { statSync } = require("node:fs");
const { dirname, join, resolve } = require("node:path");

const SOURCES = join(__dirname, "..", "src");
const ENDINGS = ["", ".ts", ".tsx", ".d.ts", "/index.ts", "/index.tsx"];

exports.interfaceVersion = 2;

exports.resolve = (name, importer) => {
  const start = startOf(name, importer);
  const path = start && ENDINGS.map((ending) => start + ending).find(isFile);
  return path ? { found: true, path } : { found: false };
};

function startOf(name, importer) {
  if (name.startsWith("@/")) return join(SOURCES, name.slice(2));
  return name.startsWith(".") ? resolve(dirname(importer), name) : null;
}

function isFile(path) {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
