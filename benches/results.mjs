/** What was measured, where, and the figures as a file. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";

const FOLDER = new URL("results/", import.meta.url);

async function circumstances() {
  const { dependencies } = JSON.parse(await readFile(new URL("package.json", import.meta.url)));
  const machine = `${cpus()[0]?.model}, ${cpus().length} cores, ${process.platform} ${process.arch}`;
  return { measuredAt: new Date().toISOString(), node: process.version, machine, dependencies };
}

/** One sentence under the tables, so that a figure never stands without its versions and its machine. */
export async function circumstancesLine() {
  const { measuredAt, node, machine, dependencies } = await circumstances();
  const libraries = Object.entries(dependencies).filter(([, version]) => !version.startsWith("file:"));
  const versions = libraries.map((library) => library.join(" ")).join(", ");
  return `Measured ${measuredAt.slice(0, 10)} with Node ${node} on ${machine}; ${versions}.`;
}

/** Writes `results/<name>.json`: the figures as given, times in microseconds, sizes in bytes, with the circumstances. */
export async function save(name, figures) {
  await mkdir(FOLDER, { recursive: true });
  const result = { ...(await circumstances()), ...figures };
  await writeFile(new URL(`${name}.json`, FOLDER), `${JSON.stringify(result, null, 2)}\n`);
}
