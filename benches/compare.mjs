/** The comparison with the peers in one runtime: `node compare.mjs node|workerd [--quick]`. */
import { measure } from "./measure.mjs";
import { circumstancesLine, save } from "./results.mjs";
import { comparisonTable } from "./table.mjs";
import { targetLines } from "./targets.mjs";

const SIZES = [
  { bytes: 900, visitors: 250 },
  { bytes: 20_000, visitors: 50 },
];
const KINDS = ["read", "write"];
const [runtime] = process.argv.slice(2);
const LENGTH = process.argv.includes("--quick") ? { rounds: 10, warmUp: 3 } : { rounds: 40, warmUp: 5 };

async function loadContestants() {
  const { everywhere } = await import("./contestants/index.mjs");
  const { expressSession } = await import("./contestants/express-session.mjs");
  return [...everywhere, expressSession];
}

async function startHost() {
  if (runtime === "node") return (await import("./node-host.mjs")).nodeHost();
  if (runtime === "workerd") return (await import("./workerd/host.mjs")).workerdHost();
  throw new Error(`"${runtime}" is no runtime of the benchmark: node or workerd`);
}

/** One cell is one library, one size and one kind of request. */
async function openCells(host, contestants) {
  const cells = [];
  for (const { bytes, visitors } of SIZES) {
    for (const contestant of contestants) {
      if (bytes > (contestant.maxBytes ?? Infinity)) continue;
      const id = `${contestant.name}/${bytes}`;
      await host.open(id, contestant, bytes, visitors);
      for (const kind of KINDS) cells.push({ id, library: contestant.name, bytes, kind, visitors });
    }
  }
  return cells;
}

async function compare(host, contestants) {
  const cells = await openCells(host, contestants);
  const figures = await measure(cells, host.runBatch, LENGTH);
  for (const id of new Set(cells.map((cell) => cell.id))) await host.verify(id);
  return cells.map(({ library, bytes, kind }, i) => ({ library, bytes, kind, ...figures[i] }));
}

const contestants = await loadContestants();
const host = await startHost();
try {
  const rows = await compare(host, contestants);
  for (const { bytes } of SIZES) console.log(comparisonTable(runtime, bytes, contestants, rows));
  console.log(`\n${await circumstancesLine()}\n\n${targetLines(runtime, rows).join("\n")}`);
  await save(runtime, { ...LENGTH, rows });
} finally {
  await host.stop();
}
