/**
 * Times batches in workerd from outside. Its own clock ticks in whole milliseconds, the work of a batch takes a few; a
 * round trip over the loopback interface costs less than half of one, is steady, and is in the bare handler's batch too, which
 * is subtracted. A single request cannot be timed this way, so the p99 in workerd is one of batches.
 */
import { fileURLToPath } from "node:url";
import { serveWorker } from "./serve.mjs";

/**
 * A Worker in which a stand is opened per library and size. Its methods fail with what went wrong inside.
 *
 * @throws Error: the Worker cannot be built or started.
 */
export async function workerdHost() {
  const { port, stop } = await serveWorker(fileURLToPath(new URL("worker.mjs", import.meta.url)));
  const call = async (action, query = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/${action}?${new URLSearchParams(query)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`in workerd: ${text}`);
  };
  return {
    open: (id, contestant, bytes, visitors) => call("open", { id, library: contestant.name, bytes, visitors }),
    verify: (id) => call("verify", { id }),
    stop,
    async runBatch({ id, kind, visitors }, side) {
      const start = performance.now();
      await call("batch", { id, kind, side });
      const micros = (performance.now() - start) * 1000;
      await call("idle"); // The cookies are taken before another stand's clock runs.
      return [micros / visitors];
    },
  };
}
