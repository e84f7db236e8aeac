/**
 * What a template costs: a page of 200 kB with 100 session values, opened, rewritten and committed, against the same page
 * passed through HTMLRewriter unchanged, both in workerd: `node html.mjs [--quick]`.
 */
import { fileURLToPath } from "node:url";
import { templatePage } from "./html-page.mjs";
import { median } from "./measure.mjs";
import { circumstancesLine, save } from "./results.mjs";
import { markdown, micros } from "./table.mjs";
import { serveWorker } from "./workerd/serve.mjs";

const SIDES = {
  unchanged: "HTMLRewriter without handlers",
  watched: "HTMLRewriter with a handler for an attribute that is nowhere",
  template: "sessionHtml, 100 values",
  changed: "sessionHtml, 100 values, another page each time",
};
const LEAST = 0.5;
/** A batch is long beside the round trip that is timed with it. */
const PAGES = 20;
const LENGTH = process.argv.includes("--quick") ? { rounds: 10, warmUp: 5 } : { rounds: 60, warmUp: 20 };

const { port, stop } = await serveWorker(fileURLToPath(new URL("workerd/html-worker.mjs", import.meta.url)));

async function call(action, query = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/${action}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(`in workerd: ${await response.text()}`);
  await response.text();
}

async function microsOf(side) {
  await call("batch", { side, pages: 1 }); // the changing pages have pushed the template out of what is kept
  const start = performance.now();
  await call("batch", { side, pages: PAGES });
  return ((performance.now() - start) * 1000) / PAGES;
}

await call("open");
const seen = Object.fromEntries(Object.keys(SIDES).map((side) => [side, []]));
for (let round = 0; round < LENGTH.warmUp + LENGTH.rounds; round++) {
  const order = Object.keys(SIDES);
  if (round % 2 === 1) order.reverse();
  for (const side of order) {
    const time = await microsOf(side);
    if (round >= LENGTH.warmUp) seen[side].push(time);
  }
}
await stop();

const rows = Object.entries(SIDES).map(([side, label]) => ({ side, label, median: median(seen[side]) }));
const throughputOf = (row) => rows[0].median / row.median;
const template = rows.find(({ side }) => side === "template");
const bytes = templatePage().length;
console.log(`\n### workerd: a page of ${bytes.toLocaleString("en")} bytes, microseconds per page\n`);
const lines = rows.map((row) => [row.label, micros(row.median), `${(100 * throughputOf(row)).toFixed(0)} %`]);
console.log(markdown(["", "median", "throughput"], lines, 1));
const verdict = throughputOf(template) >= LEAST ? "met   " : "MISSED";
console.log(`\n${await circumstancesLine()}\n\n${verdict} at least ${100 * LEAST} % of the throughput of HTMLRewriter alone`);
await save("html", { ...LENGTH, bytes, rows });
