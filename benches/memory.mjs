/** Is memory flat? `node --expose-gc memory.mjs node|workerd [--quick]`: requests, half of them throwing, at ten checkpoints. */
import { save } from "./results.mjs";
import { markdown } from "./table.mjs";

const CHECKPOINTS = 10;
/** The checkpoints that do not count: code is still being compiled and caches filled. */
const WARM_UP = 2;
/** More growth than this is a leak: less than a byte for each request that counts in Node, seven in workerd. */
const HEAP_NOISE_BYTES = 512 * 1024;
const [runtime] = process.argv.slice(2);
const quick = process.argv.includes("--quick");
const REQUESTS = { node: quick ? 100_000 : 1_000_000, workerd: quick ? 20_000 : 100_000 }[runtime];

async function startSubject() {
  if (runtime === "node") return (await import("./memory-node.mjs")).memoryInNode();
  if (runtime === "workerd") return (await import("./workerd/memory-host.mjs")).memoryInWorkerd();
  throw new Error(`"${runtime}" is no runtime of the memory test: node or workerd`);
}

/** Flat: wasm memory has not grown at all, the heap by no more than noise, since the warm-up. */
function isFlat(points) {
  const [first, ...later] = points.slice(WARM_UP - 1);
  const last = later.at(-1);
  return last.wasmBytes <= first.wasmBytes && last.heapBytes - first.heapBytes <= HEAP_NOISE_BYTES;
}

const megabytes = (bytes) => (bytes / 2 ** 20).toFixed(2);
const subject = await startSubject();
try {
  const points = [];
  for (let i = 1; i <= CHECKPOINTS; i++) {
    await subject.run(REQUESTS / CHECKPOINTS);
    points.push({ requests: (REQUESTS / CHECKPOINTS) * i, ...(await subject.look()) });
  }
  const lines = points.map(({ requests, wasmBytes, heapBytes, rssBytes }) => [
    requests.toLocaleString("en"), megabytes(wasmBytes), megabytes(heapBytes), megabytes(rssBytes),
  ]);
  console.log(`\n### Memory in ${runtime}, MiB, half of the handlers throwing\n`);
  console.log(markdown(["requests", "wasm", "heap after GC", "RSS"], lines, 0));
  console.log(`\n${isFlat(points) ? "flat" : "NOT FLAT"} after the first ${points[WARM_UP - 1].requests.toLocaleString("en")} requests`);
  await save(`memory-${runtime}`, { points, flat: isFlat(points) });
} finally {
  await subject.stop();
}
