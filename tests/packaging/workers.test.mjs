import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, suite, test } from "node:test";
import { pathToFileURL } from "node:url";
import { run, serve } from "./program.mjs";
import { newProject, tool } from "./project.mjs";

suite("in Workers, without configuration", () => {
  let project;
  before(async () => {
    const files = ["shop.mjs", "worker.mjs", "wrangler.json", "worker.spec.mjs", "vitest.config.mjs"];
    project = await newProject({ files, tools: ["vitest", "@cloudflare/vitest-plugin"] });
  });
  after(() => project?.remove());

  test("wrangler dev runs it, on each of the stores of Workers", async () => {
    const args = ["dev", "--port", "0", "--inspector-port", "0", "--show-interactive-dev-session=false"];
    const server = await serve(tool(".bin/wrangler"), args, { ...settings(), ready: /Ready on (http:\S+)/ });
    try {
      for (const store of ["", "cookie", "d1", "objects"]) {
        const response = await fetch(new URL(store, server.match[1]));
        assert.equal(await response.text(), "ok", store);
      }
    } finally {
      await server.stop();
    }
  });

  test("wrangler deploy uploads the compiled core once, and no copy of it as text", async () => {
    await run(tool(".bin/wrangler"), ["deploy", "--dry-run", "--outdir", "out"], settings());
    const modules = (await readdir(project.path("out"))).filter((name) => name.endsWith(".wasm"));
    assert.equal(modules.length, 1, `modules: ${modules}`);
    const script = await readFile(project.path("out/worker.js"), "utf8");
    assert.ok(script.includes(modules[0]), "the script imports the module");
    const { text } = await import(pathToFileURL(project.path("node_modules/edge-session/wasm/bytes.js")));
    assert.ok(text.length > 10_000 && !script.includes(text.slice(0, 100)), "the script holds the core as text");
  });

  test("the Vitest plugin runs it, in tests and in the Worker under test", async () => {
    const { stdout } = await run(tool(".bin/vitest"), ["run"], settings());
    assert.match(stdout, /Tests +2 passed \(2\)/);
  });

  /** Nothing asks the network, servers of other tests are not seen, and what is left behind goes with the project. */
  function settings() {
    const env = {
      TMPDIR: project.folder,
      CLOUDFLARE_CF_FETCH_ENABLED: "false",
      WRANGLER_SEND_METRICS: "false",
      WRANGLER_SEND_ERROR_REPORTS: "false",
      WRANGLER_LOG_PATH: project.path("logs"),
      WRANGLER_REGISTRY_PATH: project.path("registry"),
    };
    return { cwd: project.folder, env };
  }
});
