import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { REPOSITORY, WEB, announce, runPython } from "./world";

const BUILT = join(REPOSITORY, "src", "mien", "dashboard", "index.html");
const SOURCES = ["src", "public", "index.html", "vite.config.ts", "package-lock.json"];

/** Build the dashboard where it is older than its sources, and make the world that is tested in. */
export default function setUp(): () => void {
  if (changedAt(BUILT) < Math.max(...SOURCES.map((name) => changedAt(join(WEB, name))))) {
    execFileSync("npx", ["vite", "build", "--logLevel", "warn"], { cwd: WEB, stdio: "inherit" });
  }
  const folder = mkdtempSync(join(tmpdir(), "mien-e2e-"));
  runPython("-m", "web.e2e.seed", folder);
  announce({ folder, pack: readFileSync(join(folder, "pack.txt"), "utf8") });
  return () => rmSync(folder, { recursive: true, force: true });
}

/** When a file, or the newest one below a folder, was changed; 0 for none. */
function changedAt(path: string): number {
  const about = statSync(path, { throwIfNoEntry: false });
  if (about === undefined) return 0;
  if (!about.isDirectory()) return about.mtimeMs;
  return Math.max(...readdirSync(path).map((name) => changedAt(join(path, name))));
}
