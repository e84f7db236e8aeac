/** Pages in a real Chromium, and the plain web server that some of them need. */
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".mjs": "text/javascript" };

/** What the page says in its title, once it does. @throws Error with the first thing that the page complains of */
export async function titleOf(browser, url) {
  const page = await browser.newPage();
  const complaint = Promise.withResolvers();
  page.on("pageerror", complaint.reject);
  page.on("console", (message) => message.type() === "error" && complaint.reject(new Error(message.text())));
  try {
    await Promise.race([complaint.promise, page.goto(url).then(() => page.waitForFunction("document.title"))]);
    return await page.title();
  } finally {
    await page.close();
  }
}

/** Serves the files of a folder as they are, on the loopback interface, with `headers` on each. */
export async function serveFolder(folder, headers = {}) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://localhost").pathname);
    const body = await readFile(join(folder, path)).catch(() => null);
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(body === null ? 404 : 200, { ...headers, "content-type": type }).end(body);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { origin: `http://localhost:${server.address().port}`, stop };
}
