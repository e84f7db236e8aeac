/** Starts the demo as `cargo xtask serve` does, on a free port, with a secret and a KV of its own. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WRANGLER = fileURLToPath(new URL("../../node_modules/wrangler/bin/wrangler.js", import.meta.url));

/**
 * A folder with all that a server keeps, and `variables` for the Worker besides a secret of its own. Two servers
 * started on one, one after the other, are one shop restarted.
 */
export async function home(variables = {}) {
  const folder = await mkdtemp(join(tmpdir(), "edge-session-page-"));
  const secret = randomBytes(32).toString("base64url");
  const lines = Object.entries({ SESSION_SECRET: secret, ...variables }).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(folder, "vars"), lines.join(""));
  return { folder, port: await freePort(), remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Starts the server and resolves when it answers. `stop` ends it with every process that it started. */
export async function start({ folder, port }) {
  const server = spawn(process.execPath, [WRANGLER, ...settings(folder, port)], {
    cwd: ROOT,
    env: environment(folder),
    detached: true,
  });
  const endAll = () => end(server, "SIGKILL");
  process.once("exit", endAll);
  await ready(server);
  return {
    origin: `http://localhost:${port}`,
    async stop() {
      process.off("exit", endAll);
      const ended = once(server, "exit");
      end(server, "SIGTERM");
      await ended;
      endAll();
    },
  };
}

function settings(folder, port) {
  const own = ["--persist-to", join(folder, "state"), "--env-file", join(folder, "vars")];
  return ["dev", "--port", String(port), "--inspector-port", "0", "--show-interactive-dev-session=false", ...own];
}

/** Nothing asks the network, and servers of other tests are not seen. */
function environment(folder) {
  return {
    ...process.env,
    CI: "1",
    CLOUDFLARE_CF_FETCH_ENABLED: "false",
    WRANGLER_HIDE_BANNER: "true",
    WRANGLER_SEND_METRICS: "false",
    WRANGLER_SEND_ERROR_REPORTS: "false",
    WRANGLER_REGISTRY_PATH: join(folder, "registry"),
  };
}

/** wrangler and the workerd it starts are one process group. */
function end(server, signal) {
  try {
    process.kill(-server.pid, signal);
  } catch (error) {
    if (error.code !== "ESRCH") throw error;
  }
}

function ready(server) {
  return new Promise((resolve, reject) => {
    let printed = "";
    const hear = (text) => {
      printed += text;
      if (printed.includes("Ready on")) resolve();
    };
    server.stdout.setEncoding("utf8").on("data", hear);
    server.stderr.setEncoding("utf8").on("data", hear);
    server.once("exit", (code) => reject(new Error(`wrangler ended with ${code} before it was ready:\n${printed}`)));
  });
}

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}
