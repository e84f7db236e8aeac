/** Runs a Worker in the plain `workerd` binary on a free port of the loopback interface. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundleWorker } from "./bundle.mjs";

const COMPATIBILITY_DATE = "2026-11-01";
/** The binary that the workspace's wrangler runs Workers with. */
const workerd = createRequire(createRequire(import.meta.url).resolve("wrangler/package.json"))("workerd").default;

/**
 * Bundles `entry` and starts it. Gives the process id, the ports of the Worker and of its inspector, and `stop`.
 *
 * @throws Error: the Worker does not bundle, or workerd does not start; with what workerd said.
 */
export async function serveWorker(entry) {
  const folder = await mkdtemp(join(tmpdir(), "edge-session-bench-"));
  const config = join(folder, "config.capnp");
  await writeFile(config, configOf(await bundleWorker(entry, folder)));
  const options = { stdio: ["ignore", "inherit", "pipe", "pipe"] };
  const child = spawn(workerd, ["serve", config, "--control-fd=3", "--inspector-addr=127.0.0.1:0"], options);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const kill = () => child.kill();
  process.once("exit", kill); // Also when this process fails.
  const stop = async () => {
    process.off("exit", kill);
    child.kill();
    await ended;
    await rm(folder, { recursive: true });
  };
  return { pid: child.pid, ...(await listening(child)), stop };
}

function configOf(wasmModules) {
  const wasm = wasmModules.map((name) => `(name = "./${name}", wasm = embed "${name}"),`);
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = (
    modules = [(name = "worker.mjs", esModule = embed "worker.mjs"), ${wasm.join(" ")}],
    compatibilityDate = "${COMPATIBILITY_DATE}",
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", service = "main")],
  v8Flags = ["--expose-gc"],
);`;
}

/** workerd tells the ports it chose on its control pipe, one line of JSON each. */
function listening(child) {
  let complaint = "";
  child.stderr.on("data", (text) => (complaint += text));
  return new Promise((resolve, reject) => {
    const ports = {};
    createInterface(child.stdio[3]).on("line", (line) => {
      const { event, port } = JSON.parse(line);
      if (event === "listen") ports.port = port;
      if (event === "listen-inspector") ports.inspectorPort = port;
      if (ports.port && ports.inspectorPort) resolve(ports);
    });
    child.once("exit", (code) => reject(new Error(`workerd ended with code ${code}: ${complaint}`)));
    child.once("error", reject);
  });
}
