import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

import { compressed } from "./vite/compressed.ts";
import { fontsAsFiles } from "./vite/fonts-as-files.ts";

const CONSOLE_SERVER = process.env.FLYTE_CONSOLE ?? "http://127.0.0.1:30090";

export default defineConfig({
  plugins: [react(), fontsAsFiles(), compressed()],
  build: {
    assetsInlineLimit: 0, // data: URLs would need a wider Content-Security-Policy
    chunkSizeWarningLimit: 1_500, // Cloudscape; what counts is the compressed size, which a test bounds
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev` beside a running `flyte console`, which answers whatever is not this program's source.
    proxy: Object.fromEntries(
      ["/v1", "/files", "/data", "/settings.json"].map((path) => [
        path,
        { target: CONSOLE_SERVER, changeOrigin: true, headers: { origin: CONSOLE_SERVER } },
      ]),
    ),
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
  },
});
