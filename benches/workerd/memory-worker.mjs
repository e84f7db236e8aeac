/** The memory test inside workerd: `?count=` makes that many requests, collects garbage and answers with the bytes wasm holds. */
import { wasmBytes } from "../wasm-memory.mjs"; // First: it must see the instance being made.
import { openLoad } from "../memory-load.mjs";

let run;

export default {
  async fetch(request) {
    try {
      run ??= openLoad();
      await run(Number(new URL(request.url).searchParams.get("count")));
      gc();
      await scheduler.wait(1); // What finalizers free is gone at the second collection.
      gc();
      return Response.json({ wasmBytes: wasmBytes() });
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
