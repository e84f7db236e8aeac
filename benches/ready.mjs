/** What `cargo xtask bench` does first. Whoever calls the benchmarks by hand is told when it was not done. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** @throws Error: the libraries to compare with are not installed. */
export function requirePeers() {
  if (existsSync(new URL("node_modules/.installed", import.meta.url))) return;
  throw new Error("the libraries to compare with are not installed: run `cargo xtask bench`, which installs them first");
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
