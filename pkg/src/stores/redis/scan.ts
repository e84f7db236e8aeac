import type { Commands } from "./clients.js";
import { discreetly } from "./scripts.js";
import { textOf } from "./values.js";

/** Some of the keys that begin with `prefix`, without what was put in front of them, and where the next page begins. */
export interface Page {
  readonly keys: string[];
  readonly cursor?: string;
}

/** How many keys of the database one SCAN looks at: at most a millisecond in which others have to wait. */
const MOST_AT_ONCE = 1_000;
/** How many times a page asks. Of a database that holds other things, a page may come back short, or empty. */
const MOST_STEPS = 20;

/**
 * One page by SCAN. A key that is there from the first page to the last is found; a key may be found twice while Redis
 * resizes its table.
 *
 * SCAN finds about as many keys as asked for, not at most: those too many are carried in the cursor, for the next page.
 * So a cursor is where SCAN goes on, empty when it is done, and then the keys found already, with commas between them.
 *
 * @param hidden what `prefix` begins with and listed keys do not
 */
export async function scanPage(
  scan: NonNullable<Commands["scan"]>,
  hidden: string,
  prefix: string,
  { cursor = "0", limit }: { readonly cursor?: string; readonly limit: number },
): Promise<Page> {
  const match = `${escaped(hidden + prefix)}*`;
  let [next = "", ...carried] = cursor.split(",");
  const found = new Set(carried);
  let count = limit;
  for (let step = 0; next !== "" && found.size < limit && step < MOST_STEPS; step += 1) {
    count = Math.min(count, MOST_AT_ONCE);
    const [after, keys] = await discreetly(scan(next, match, count));
    for (const key of keys) found.add(textOf(key).slice(hidden.length));
    next = textOf(after) === "0" ? "" : textOf(after);
    count *= 2;
  }
  const keys = [...found];
  const rest = keys.splice(limit);
  return next === "" && rest.length === 0 ? { keys } : { keys, cursor: [next, ...rest].join() };
}

/** The text as a pattern that matches itself. */
function escaped(text: string): string {
  return text.replace(/[\\*?[\]]/g, "\\$&");
}
