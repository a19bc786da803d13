import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const CONSOLE_SERVER = process.env.FLYTE_CONSOLE ?? "http://127.0.0.1:30090";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../cli/flyte_cli/console/static",
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: URLs would need a wider Content-Security-Policy
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    // `npm run dev` beside a running `flyte console`, which answers whatever is not this program's source.
    proxy: Object.fromEntries(
      ["/v1", "/files", "/settings.json"].map((path) => [path, { target: CONSOLE_SERVER, changeOrigin: true }]),
    ),
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/test-setup.ts"],
    restoreMocks: true,
  },
});
