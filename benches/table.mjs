/** The figures of a comparison as Markdown. */
import { median } from "./measure.mjs";

/** Each library is compared with edge-session over the same backing; a sealed cookie with edge-session over KV. */
const REFERENCE_OF = { KV: "edge-session", cookie: "edge-session", memory: "edge-session memoryStore" };

/** The figure of one library, or `undefined` where it cannot do the work. */
export function figureOf(rows, library, bytes, kind) {
  return rows.find((row) => row.library === library && row.bytes === bytes && row.kind === kind);
}

/** The table of one session size. `rows`: `{library, bytes, kind, median, p99, bare}`, in microseconds. */
export function comparisonTable(runtime, bytes, contestants, rows) {
  const head = ["library", "kept in", "read", "ratio", "read p99", "write", "ratio", "write p99"];
  const lines = contestants.map((contestant) => [
    contestant.name,
    contestant.backing,
    ...cellsOf(contestant, bytes, "read", rows),
    ...cellsOf(contestant, bytes, "write", rows),
  ]);
  const title = `### ${runtime}: sessions of ${bytes.toLocaleString("en")} bytes, microseconds per request over the bare handler`;
  return ["", title, "", markdown(head, lines, 2), "", bareLine(bytes, contestants, rows)].join("\n");
}

function cellsOf({ name, backing }, bytes, kind, rows) {
  const figure = figureOf(rows, name, bytes, kind);
  if (figure === undefined) return ["does not fit", "", ""];
  const reference = figureOf(rows, REFERENCE_OF[backing], bytes, kind);
  return [micros(figure.median), `${(figure.median / reference.median).toFixed(1)}x`, micros(figure.p99)];
}

/** What the bare handlers take themselves, so that the reader sees what was subtracted. */
function bareLine(bytes, contestants, rows) {
  const names = [...new Set(contestants.map(({ bare }) => bare.name))];
  const times = names.map((name) => {
    const libraries = contestants.filter(({ bare }) => bare.name === name).map((contestant) => contestant.name);
    const seen = rows.filter((row) => row.bytes === bytes && libraries.includes(row.library));
    return `${name} ${micros(median(seen.map(({ bare }) => bare)))}`;
  });
  return `Bare handlers: ${times.join(", ")}.`;
}

/** Three significant digits at most: more would be noise. */
export const micros = (value) => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en"));

/** A Markdown table; the first `texts` columns are text, the others numbers, aligned right. */
export function markdown(head, lines, texts) {
  const row = (cells) => `| ${cells.join(" | ")} |`;
  return [row(head), row(head.map((_, i) => (i < texts ? "---" : "---:"))), ...lines.map(row)].join("\n");
}
