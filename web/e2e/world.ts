import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** What `e2e/seed.py` made, and how to run Python. The folders are said by the global setup. */

export const WEB = resolve(import.meta.dirname, "..");
export const REPOSITORY = resolve(WEB, "..");
export const PYTHON = process.env.MIEN_PYTHON ?? join(REPOSITORY, ".venv", "bin", "python");

export interface World {
  /** Holds `data`, `photos` and `clips`. */
  readonly folder: string;
  readonly pack: string;
}

const KEPT_AS = "MIEN_E2E_WORLD";

export function announce(world: World): void {
  process.env[KEPT_AS] = JSON.stringify(world); // workers inherit it
}

export function theWorld(): World {
  return JSON.parse(process.env[KEPT_AS] ?? "") as World; // said above, by nobody else
}

/** Whether live sessions can be held: their models and the clip of somebody turning are there. */
export function isComplete(): boolean {
  return theWorld().pack === "standard";
}

export function photo(name: string): string {
  return join(theWorld().folder, "photos", `${name}.jpg`);
}

export function runPython(...args: readonly string[]): void {
  execFileSync(PYTHON, args, { cwd: REPOSITORY, stdio: "inherit" });
}

interface Account {
  readonly name: string;
  readonly password: string;
}

export type Role = "admin" | "operator" | "auditor";

export const ACCOUNTS = JSON.parse(
  readFileSync(join(import.meta.dirname, "accounts.json"), "utf8"),
) as Readonly<Record<Role | "person", Account>>;
