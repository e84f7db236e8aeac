import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { build as esbuild } from "esbuild";
import * as vite from "vite";
import webpack from "webpack";
import { openBrowser } from "../page/visitor.mjs";
import { serveFolder, titleOf } from "./page.mjs";
import { run } from "./program.mjs";
import { newProject } from "./project.mjs";

suite("in bundlers and pages, without configuration", () => {
  let project, browser;
  before(async () => {
    const pages = ["page.mjs", "index.html", "bundle.html", "import-map.html"];
    project = await newProject({ files: ["shop.mjs", "import.mjs", ...pages] });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    project?.remove();
  });

  /** What a page says that is served as it is. */
  async function said(page, folder = project.folder, headers = {}) {
    const server = await serveFolder(folder, headers);
    try {
      return await titleOf(browser, `${server.origin}/${page}`);
    } finally {
      await server.stop();
    }
  }

  test("a plain page imports it through an import map, under a policy that allows WebAssembly", async () => {
    const policy = "default-src 'none'; img-src data:; script-src 'self' 'nonce-map' 'wasm-unsafe-eval'";
    assert.equal(await said("import-map.html", project.folder, { "content-security-policy": policy }), "ok");
  });

  test("esbuild bundles it for a page", async () => {
    await bundleWithEsbuild({ entryPoints: ["page.mjs"], outfile: "bundle.js", minify: true });
    assert.equal(await said("bundle.html"), "ok");
  });

  test("esbuild bundles it for Node.js into one file that needs no other", async () => {
    const outfile = "for-node/bundle.mjs";
    const { metafile } = await bundleWithEsbuild({ entryPoints: ["import.mjs"], outfile, platform: "node" });
    assert.deepEqual(Object.keys(metafile.outputs), [outfile]);
    const { stdout } = await run(process.execPath, ["bundle.mjs"], { cwd: project.path("for-node") });
    assert.match(stdout, / ok\n$/);
  });

  test("esbuild bundles every subpath for a page but that of Durable Objects, with nothing of a runtime in it", async () => {
    const contents = ["d1", "sqlite", "testing"].map((name) => `export * from "edge-session/${name}";`).join("");
    const stdin = { contents, resolveDir: project.folder };
    const { metafile } = await bundleWithEsbuild({ stdin, outfile: "subpaths.js" });
    assert.deepEqual(metafile.outputs["subpaths.js"].imports, []);
  });

  test("esbuild leaves out the stores that a page does not import", async () => {
    const { metafile } = await bundleWithEsbuild({ entryPoints: ["page.mjs"], outfile: "lean.js" });
    const { inputs } = metafile.outputs["lean.js"];
    const used = Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0 && path.includes("/stores/"));
    assert.deepEqual(used.map((path) => path.replace(/.*\//, "")), ["memory.js"]);
  });

  test("webpack bundles it for a page", async () => {
    const output = { path: project.folder, filename: "bundle.js" };
    await bundleWithWebpack({ context: project.folder, entry: "./page.mjs", mode: "production", output });
    assert.equal(await said("bundle.html"), "ok");
  });

  test("Vite builds a page with it", async () => {
    await vite.build({ root: project.folder, logLevel: "error" });
    assert.equal(await said("index.html", project.path("dist")), "ok");
  });

  test("Vite serves a page with it during development", async () => {
    const server = await vite.createServer({ root: project.folder, logLevel: "error", server: { port: 0 } });
    try {
      await server.listen();
      assert.equal(await titleOf(browser, server.resolvedUrls.local[0]), "ok");
    } finally {
      await server.close();
    }
  });

  function bundleWithEsbuild(options) {
    const common = { absWorkingDir: project.folder, bundle: true, format: "esm", metafile: true, logLevel: "silent" };
    return esbuild({ ...common, ...options });
  }
});

async function bundleWithWebpack(options) {
  const compiler = webpack(options);
  const { promise, resolve, reject } = Promise.withResolvers();
  compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
  try {
    const stats = await promise;
    assert(!stats.hasErrors() && !stats.hasWarnings(), stats.toString("errors-warnings"));
  } finally {
    await new Promise((resolve) => compiler.close(resolve));
  }
}
