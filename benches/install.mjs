/** Puts the peers into benches/node_modules, where they stay out of the way of everyone who does not measure. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

/** Installs what package-lock.json says, unless it is there already. @throws Error: npm failed. */
export function installPeers() {
  if (isInstalled(readJson("package-lock.json").packages)) return;
  console.log("Installing the libraries to compare with.");
  // No install scripts: none of the peers needs its own, and a benchmark should not run what it does not measure.
  const options = { cwd: FOLDER, stdio: "inherit", shell: process.platform === "win32" };
  const { status } = spawnSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], options);
  if (status !== 0) throw new Error("npm could not install the peers: see its message above, then run this again");
}

function isInstalled(packages) {
  const wanted = Object.entries(packages).filter(([path, { version }]) => path !== "" && version !== undefined);
  return wanted.every(([path, { version }]) => readJson(`${path}/package.json`)?.version === version);
}

function readJson(path) {
  return existsSync(FOLDER + path) ? JSON.parse(readFileSync(FOLDER + path, "utf8")) : undefined;
}

/** @throws Error: the package has not been built, or is not linked into the workspace. */
export function requirePackage() {
  const remedy = "edge-session is not built: run `cargo xtask bench`, which builds it first";
  try {
    if (existsSync(fileURLToPath(import.meta.resolve("edge-session")))) return;
  } catch (cause) {
    throw new Error(remedy, { cause });
  }
  throw new Error(remedy);
}
