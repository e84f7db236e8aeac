/** Bundles the built package for the browser, wasm inside, as one file: `www/assets/edge-session/index.js`. */
import { build } from "esbuild";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = here("../pkg/dist/index.js");
const outfile = here("assets/edge-session/index.js");

if (!existsSync(entry)) throw new Error("the package is not built: run `cargo xtask build` first");
await keep(await bundle());

async function bundle() {
  const { outputFiles } = await build({
    entryPoints: [entry],
    outfile,
    write: false,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
  return outputFiles[0].contents;
}

/** Several servers may start at once (the tests do): the file is never half written, and one that is right stays. */
async function keep(bytes) {
  const before = await readFile(outfile).catch(() => null);
  if (before?.equals(bytes)) return;
  const fresh = `${outfile}.${process.pid}`;
  await mkdir(here("assets/edge-session"), { recursive: true });
  await writeFile(fresh, bytes);
  await rename(fresh, outfile);
}
