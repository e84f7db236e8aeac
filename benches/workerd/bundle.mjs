/** Bundles a Worker the way wrangler does: the `workerd` condition, and wasm as a compiled module beside the script. */
import { cp, mkdir } from "node:fs/promises";
import { builtinModules } from "node:module";
import { basename, join } from "node:path";
import { build } from "esbuild";

const REQUIRE_OF_COMMONJS = 'import { createRequire } from "node:module"; const require = createRequire("/");';

/**
 * Writes `worker.mjs` and the wasm modules it imports into `folder`. Returns the names of the wasm modules.
 *
 * @throws Error: something imported cannot be found.
 */
export async function bundleWorker(entry, folder) {
  await mkdir(folder, { recursive: true });
  const modules = new Set();
  await build({
    entryPoints: [entry],
    outfile: join(folder, "worker.mjs"),
    bundle: true,
    format: "esm",
    target: "esnext",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*", ...builtinModules],
    banner: { js: REQUIRE_OF_COMMONJS },
    logLevel: "warning",
    plugins: [besideTheScript(folder, modules)],
  });
  return [...modules];
}

const besideTheScript = (folder, modules) => ({
  name: "wasm beside the script",
  setup({ onResolve }) {
    onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
      const name = basename(path);
      await cp(join(resolveDir, path), join(folder, name));
      modules.add(name);
      return { path: `./${name}`, external: true };
    });
  },
});
