/** How long an instance of the core takes to make, compiling aside: `node start.mjs [--quick]`. */
import * as wasm from "../pkg/wasm/inline.js";
import { median, percentile } from "./measure.mjs";
import { circumstancesLine, save } from "./results.mjs";

const INSTANCES = process.argv.includes("--quick") ? 200 : 2_000;
const TARGET_MICROS = 1_000;

const micros = Array.from({ length: INSTANCES }, () => {
  const start = performance.now();
  wasm.instantiate();
  return (performance.now() - start) * 1_000;
});
const [first, middle, slow] = [micros[0], median(micros), percentile(micros, 0.99)].map((value) => Math.round(value));
console.log(`### Making an instance\n\n${INSTANCES} times: the first ${first} us, median ${middle} us, p99 ${slow} us\n`);
console.log(`${await circumstancesLine()}\n\n${middle < TARGET_MICROS ? "met   " : "MISSED"} an instance in less than ${TARGET_MICROS} us`);
await save("start", { instances: INSTANCES, first, median: middle, p99: slow });
