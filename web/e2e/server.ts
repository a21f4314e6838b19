import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

import { PYTHON, REPOSITORY, theWorld } from "./world";

export const API_KEY = "mien_e2e_key_for_tests_of_the_dashboard";

const READY_WITHIN_MS = 60_000;
const SETTINGS = {
  MIEN_API_KEY: API_KEY,
  MIEN_FACE_SIGN_IN: "active",
  MIEN_FAIRNESS_ATTRIBUTES: '["age"]',
  MIEN_UNSAFE_LIVE_DEMANDS: '["turn_left", "turn_right"]', // what the clip shows
  MIEN_UNSAFE_NO_RATE_LIMITS: "true",
  MIEN_WELLBEING_PURPOSE:
    "To see whether the work on our shifts does people good; your own line is yours alone.",
};

/** `mien serve` in a process of its own, with a copy of the world's data. */
export class Server {
  private constructor(
    readonly url: string,
    private readonly process: ChildProcess,
    private readonly logFile: string,
  ) {}

  static async start(name: string): Promise<Server> {
    const { folder, pack } = theWorld();
    const data = join(folder, `data-${name}`);
    cpSync(join(folder, "data"), data, { recursive: true });
    chmodSync(data, 0o700); // or the server warns that others can look into it
    const port = await freePort();
    const logFile = join(folder, `server-${name}.log`);
    const log = openSync(logFile, "a");
    const child = spawn(
      PYTHON,
      ["-m", "mien", "serve", "--data-dir", data, "--port", String(port)],
      {
        cwd: REPOSITORY,
        env: { ...process.env, ...SETTINGS, MIEN_PACK: pack },
        stdio: ["ignore", log, log],
      },
    );
    const server = new Server(`http://127.0.0.1:${port}`, child, logFile);
    await server.ready();
    return server;
  }

  /** What it said so far. */
  log(): string {
    return readFileSync(this.logFile, "utf8");
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once("exit", resolve));
    this.process.kill("SIGTERM");
    await ended;
  }

  private async ready(): Promise<void> {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (Date.now() < deadline) {
      if (this.process.exitCode !== null) throw new Error(`the server ended:\n${this.log()}`);
      const answer = await fetch(`${this.url}/readyz`).catch(() => null);
      if (answer?.ok) return;
      await setTimeout(50);
    }
    await this.stop();
    throw new Error(`the server was not ready in time:\n${this.log()}`);
  }
}

/** Ask the system for a port that is free now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
