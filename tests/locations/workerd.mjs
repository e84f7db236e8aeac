/** Runs a Worker in workerd, one process for each location, with a KV binding that a service of the test stands behind. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const COMPATIBILITY_DATE = "2026-08-15";
/** The binary that the workspace's wrangler runs Workers with. */
const workerd = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"))("workerd").default;

/** Bundles the Worker the way wrangler does: the `workerd` condition, and wasm as a module beside the script. */
export async function bundle(entry, folder) {
  const { metafile } = await build({
    entryPoints: { worker: fileURLToPath(entry) },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    target: "esnext",
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    loader: { ".wasm": "copy" },
    assetNames: "[name]",
    metafile: true,
    logLevel: "warning",
  });
  return Object.keys(metafile.outputs).map((path) => basename(path));
}

/**
 * Starts the bundled Worker for one location. `services` is the port of what is behind `env.KV` and `env.TIME`.
 *
 * @throws Error: workerd does not start; with what it said.
 */
export async function startWorkerd({ folder, modules, location, services, secret }) {
  const config = join(folder, `${location}.capnp`);
  await writeFile(config, configOf({ modules, location, services, secret }));
  const child = spawn(workerd, ["serve", config, "--control-fd=3"], { stdio: ["ignore", "inherit", "pipe", "pipe"] });
  const kill = () => child.kill("SIGKILL"); // Asked to end, it would wait for calls that hang.
  process.once("exit", kill); // Also when this process fails.
  const ended = once(child, "close");
  const port = await portOf(child);
  return {
    port,
    async stop() {
      process.off("exit", kill);
      kill();
      await ended;
    },
  };
}

/** The script is the first module. Requests count as https, as they do behind Cloudflare. */
function configOf({ modules, location, services, secret }) {
  const sorted = [...modules].sort((a, b) => Number(a.endsWith(".wasm")) - Number(b.endsWith(".wasm")));
  const kindOf = (name) => (name.endsWith(".wasm") ? "wasm" : "esModule");
  const embedded = sorted.map((name) => `(name = "./${name}", ${kindOf(name)} = embed "${name}")`);
  const service = (name) => `(name = "${name}", external = (address = "127.0.0.1:${services}", http = (
    injectRequestHeaders = [(name = "x-service", value = "${name}"), (name = "x-location", value = "${location}")])))`;
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${embedded.join(", ")}],
      compatibilityDate = "${COMPATIBILITY_DATE}",
      bindings = [
        (name = "KV", kvNamespace = "kv"), (name = "TIME", service = "time"), (name = "SESSION_SECRET", text = "${secret}"),
      ],
    )),
    ${service("kv")},
    ${service("time")},
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "main", http = (forwardedProtoHeader = "x-forwarded-proto"))],
);`;
}

/** workerd tells the port it chose on its control pipe, one line of JSON. */
function portOf(child) {
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  return new Promise((resolve, reject) => {
    createInterface(child.stdio[3]).on("line", (line) => {
      const { event, port } = JSON.parse(line);
      if (event === "listen") resolve(port);
    });
    child.once("exit", (code) => reject(new Error(`workerd ended with code ${code}: ${complaint}`)));
    child.once("error", reject);
  });
}
