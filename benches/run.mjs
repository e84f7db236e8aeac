/**
 * All benchmarks, or those named: `node benches/run.mjs [--node] [--workerd] [--scaling] [--start] [--html] [--memory] [--quick]`.
 * Needs Node 24 or later and the built package. Prints Markdown; leaves JSON in benches/results/.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { requirePackage, requirePeers } from "./ready.mjs";

/** Each part is a process of its own, so that none inherits the heap or the compiled code of another. */
const PARTS = {
  "--node": [["compare.mjs", "node"]],
  "--workerd": [["compare.mjs", "workerd"]],
  "--scaling": [["scaling.mjs"]],
  "--start": [["start.mjs"]],
  "--html": [["html.mjs"]],
  "--memory": [["memory.mjs", "node"], ["memory.mjs", "workerd"]],
};
const OLDEST_NODE = 24;

function runPart([script, ...args]) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, ["--expose-gc", path, ...args], { stdio: "inherit" });
  if (status !== 0) throw new Error(`${[script, ...args].join(" ")} did not finish: its message is above`);
}

function main(flags) {
  const unknown = flags.find((flag) => flag !== "--quick" && !(flag in PARTS));
  if (unknown) throw new Error(`unknown option ${unknown}: ${Object.keys(PARTS).join(", ")} or --quick`);
  if (Number.parseInt(process.versions.node) < OLDEST_NODE) {
    throw new Error(`the peers need Node ${OLDEST_NODE} or later, this is ${process.version}: run \`cargo xtask bench\``);
  }
  requirePeers();
  requirePackage();
  const named = flags.filter((flag) => flag in PARTS);
  const quick = flags.includes("--quick") ? ["--quick"] : [];
  for (const flag of named.length > 0 ? named : Object.keys(PARTS)) {
    for (const part of PARTS[flag]) runPart([...part, ...quick]);
  }
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}
