import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const FOLDERS = ["pkg", "tests", join("node_modules", "htmlrewriter")];
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".wasm": "application/wasm" };

/** Serves the package and the suites as plain files, on a free port of this machine only. */
export async function serveFiles() {
  const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { origin: `http://localhost:${server.address().port}`, stop: () => server.close() };
}

async function answer(request, response) {
  const file = join(ROOT, new URL(request.url, "http://localhost").pathname);
  try {
    if (!FOLDERS.some((folder) => file.startsWith(ROOT + folder + sep))) throw new Error("not for the page");
    const content = await readFile(file);
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
  } catch {
    response.writeHead(404).end();
  }
}
