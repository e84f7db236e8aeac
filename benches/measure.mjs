/** Rounds, medians and percentiles. Knows nothing of libraries or runtimes. */

/**
 * Measures every cell in `rounds` rounds after `warmUp` rounds that do not count. In each round the cells come in
 * another order, so that what the machine does meanwhile, and the garbage of a neighbour, falls on all alike; and each
 * cell is followed or preceded at once by its bare handler with the same requests, whose time is subtracted.
 *
 * `runBatch(cell, side)` gives the times of a batch in microseconds per request: of every single request where the clock
 * is fine enough, otherwise one, the mean. Returns, in the order of `cells`, `{median, p99, bare}` in microseconds.
 */
export async function measure(cells, runBatch, { rounds, warmUp }) {
  const seen = cells.map(() => ({ medians: [], all: [], bare: [] }));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const index of shuffled(cells.length)) {
      const { bare, session } = await runPair(cells[index], runBatch);
      if (round < warmUp) continue;
      const { medians, all, bare: bareMedians } = seen[index];
      const bareMicros = median(bare);
      bareMedians.push(bareMicros);
      medians.push(median(session) - bareMicros);
      for (const micros of session) all.push(micros - bareMicros);
    }
  }
  return seen.map(({ medians, all, bare }) => ({
    median: median(medians),
    p99: percentile(all, 0.99),
    bare: median(bare),
  }));
}

async function runPair(cell, runBatch) {
  const pair = {};
  const order = Math.random() < 0.5 ? ["bare", "session"] : ["session", "bare"];
  for (const side of order) pair[side] = await runBatch(cell, side);
  return pair;
}

/** The middle value. */
export function median(values) {
  return percentile(values, 0.5);
}

/** The smallest value that at least `share` of the values do not exceed. */
export function percentile(values, share) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** The numbers below `length` in random order. */
function shuffled(length) {
  const order = Array.from({ length }, (_, index) => index);
  for (let i = length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
