/** Starts a Redis server on a free loopback port, which keeps nothing on disk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "../../packaging/end.mjs";

const { REDIS_SERVER = "redis-server" } = process.env;

/** Resolves when the server takes connections. It ends with `stop`, and at the latest with this process. */
export async function startRedis(...settings) {
  const folder = mkdtempSync(join(tmpdir(), "edge-session-redis-"));
  const port = await freePort();
  const plain = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn(REDIS_SERVER, [...plain, ...settings], { stdio: ["ignore", "pipe", "inherit"] });
  const kill = () => {
    server.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  };
  const forget = atEnd(kill);
  await ready(server);
  return {
    port,
    /** It keeps its connections open and answers nothing, until `resume`. */
    hang: () => server.kill("SIGSTOP"),
    resume: () => server.kill("SIGCONT"),
    async stop() {
      const ended = server.exitCode === null && server.signalCode === null && once(server, "exit");
      kill();
      forget();
      await ended;
    },
  };
}

function ready(server) {
  let printed = "";
  return new Promise((resolve, reject) => {
    const fail = (what) => reject(new Error(`${REDIS_SERVER} ${what}; name one in REDIS_SERVER\n${printed}`));
    server.once("error", (error) => fail(`could not be started (${error.message})`));
    server.once("exit", (code) => fail(`ended with ${code} before it was ready`));
    server.stdout.setEncoding("utf8").on("data", (text) => {
      printed += text;
      if (printed.includes("Ready to accept connections")) resolve();
    });
  });
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
