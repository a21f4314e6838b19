import { fileURLToPath } from "node:url";

import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const SERVER = process.env.MIEN_SERVER ?? "http://127.0.0.1:8000";

/** The page is of another origin in development; the server lets in only pages of its own. */
const proxied = { target: SERVER, changeOrigin: true, headers: { origin: SERVER } };

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  html: { cspNonce: "__CSP_NONCE__" }, // which the server replaces, in every answer by another
  server: {
    proxy: {
      "/api": proxied,
      "/ws": { ...proxied, ws: true },
      "/health": proxied,
    },
  },
  build: {
    outDir: "../src/mien/dashboard",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0, // a data URL is no file that can be kept
    manifest: "manifest.json",
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
  },
});
