/** The memory test in this process. */
import { wasmBytes } from "./wasm-memory.mjs"; // First: it must see the instance being made.
import { openLoad } from "./memory-load.mjs";

/** `run(count)` makes requests, `look()` says what is held in bytes. `@throws Error`: started without `--expose-gc`. */
export async function memoryInNode() {
  if (typeof gc !== "function") throw new Error("the memory test needs node --expose-gc");
  return {
    run: openLoad(),
    async look() {
      gc();
      await new Promise(setImmediate); // What finalizers free is gone at the second collection.
      gc();
      const { heapUsed, rss } = process.memoryUsage();
      return { wasmBytes: wasmBytes(), heapBytes: heapUsed, rssBytes: rss };
    },
    async stop() {},
  };
}
