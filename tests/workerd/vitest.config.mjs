import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [cloudflareTest({ wrangler: { configPath: "./wrangler.toml" } })],
  test: {
    include: ["*.test.mjs"],
    // Thousands of real KV operations in one test take a while on a busy machine. No test waits for time to pass.
    testTimeout: 120_000,
  },
});
