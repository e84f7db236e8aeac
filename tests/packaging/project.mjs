/** Projects of users: empty folders with nothing but the packed package, and what a test puts there. */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { atEnd } from "./end.mjs";
import { run } from "./program.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONSUMERS = fileURLToPath(new URL("consumers/", import.meta.url));
/** The tools of this folder come before those of the root. */
const TOOLS = [fileURLToPath(new URL("node_modules/", import.meta.url)), join(ROOT, "node_modules/")];

/** A tool that npm installed: `"webpack"` is the folder of that package, `".bin/wrangler"` a program. */
export function tool(name) {
  const found = TOOLS.map((folder) => join(folder, name)).find(existsSync);
  assert(found, `${name} is not installed; \`cargo xtask test packaging\` installs it`);
  return found;
}

/**
 * An empty project in which the tarball was installed as a user would, but without the network: the package has no
 * dependencies. `files`, from the folder consumers/, are copied into it, and `tools` can be imported there.
 */
export async function newProject({ files, tools = [] }) {
  const folder = await mkdtemp(join(tmpdir(), "edge-session-packaging-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  const forget = atEnd(removeFolder);
  const remove = () => {
    forget();
    removeFolder();
  };
  try {
    await install(folder);
    const installed = await readdir(join(folder, "node_modules"));
    for (const name of files) await cp(join(CONSUMERS, name), join(folder, name));
    for (const name of tools) await link(folder, name);
    return { folder, installed, path: (name) => join(folder, name), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function install(folder) {
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const packing = ["pack", "--silent", "--pack-destination", folder];
  const { stdout } = await run("npm", packing, { cwd: join(ROOT, "pkg") });
  const flags = ["--offline", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
  await run("npm", ["install", ...flags, join(folder, stdout.trim())], { cwd: folder });
}

async function link(folder, name) {
  const place = join(folder, "node_modules", name);
  await mkdir(dirname(place), { recursive: true });
  await symlink(tool(name), place);
}
