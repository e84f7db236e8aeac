/** The memory test in workerd, looked at from outside: the heap through the inspector, the process through the system. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { serveWorker } from "./serve.mjs";

/** `run(count)` makes requests in the Worker, `look()` says what it holds in bytes. */
export async function memoryInWorkerd() {
  const { pid, port, inspectorPort, stop } = await serveWorker(fileURLToPath(new URL("memory-worker.mjs", import.meta.url)));
  let wasmBytes = 0;

  async function run(count) {
    const response = await fetch(`http://127.0.0.1:${port}/?count=${count}`);
    if (!response.ok) throw new Error(`in workerd: ${await response.text()}`);
    ({ wasmBytes } = await response.json());
  }

  await run(0); // The inspector knows a Worker only after its first request.
  const inspector = await openInspector(inspectorPort);
  return {
    run,
    async look() {
      const { usedSize } = await inspector.send("Runtime.getHeapUsage");
      return { wasmBytes, heapBytes: usedSize, rssBytes: await residentBytes(pid) };
    },
    async stop() {
      inspector.close();
      await stop();
    },
  };
}

/** A connection to the isolate by the Chrome DevTools protocol. */
async function openInspector(port) {
  const [{ webSocketDebuggerUrl }] = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const socket = new WebSocket(webSocketDebuggerUrl);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const waiting = new Map();
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  let lastId = 0;
  const send = (method) =>
    new Promise((resolve) => {
      waiting.set(++lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method }));
    });
  return { send, close: () => socket.close() };
}

async function residentBytes(pid) {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) * 1024;
}
