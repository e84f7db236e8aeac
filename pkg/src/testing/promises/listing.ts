import type { Listing } from "../../types.js";
import { type Promises, type Trial, assert, record } from "./trial.js";

/** Every key is found, page by page. */
export const listing: Promises = {
  async every_key_is_listed_once_over_all_pages(trial) {
    const keys = Array.from({ length: 25 }, (_, number) => trial.key(number)).sort();
    for (const key of keys) await trial.write(key, record(1));
    for (const limit of [1, 5, 10, 25, 1_000]) {
      const pages = await allPages(trial, limit);
      assert(pages.every((page) => page.keys.length <= limit), `a page holds more than ${limit} keys`);
      const listed = pages.flatMap((page) => page.keys.map(({ key }) => key)).sort();
      assert(listed.join() === keys.join(), `with ${limit} per page the keys are ${listed.join()}`);
    }
  },

  async only_keys_with_the_prefix_are_listed(trial) {
    for (const name of ["a", "ab", "abc", "b", "Ab"]) await trial.write(trial.key(name), record(1));
    const page = await list(trial, trial.key("ab"));
    const listed = page.keys.map(({ key }) => key).sort();
    assert(listed.join() === [trial.key("ab"), trial.key("abc")].join(), `the keys are ${listed.join()}`);
  },

  async a_listing_of_nothing_is_empty_and_the_last(trial) {
    const page = await list(trial, trial.prefix);
    assert(page.keys.length === 0 && page.cursor === undefined, "the listing is not empty");
  },

  async a_removed_key_is_not_listed(trial) {
    for (const name of ["a", "b"]) await trial.write(trial.key(name), record(1));
    await trial.store.remove([trial.key("a")]);
    const page = await list(trial, trial.prefix);
    assert(page.keys.map(({ key }) => key).join() === trial.key("b"), "the listing is not that of the records left");
  },

  async meta_is_listed_as_the_last_write_left_it(trial) {
    await trial.write(trial.key("with"), record(1), { meta: { user: "old" } });
    await trial.write(trial.key("with"), record(1), { meta: { user: "ü \u2028", created: 1.5 } });
    await trial.write(trial.key("without"), record(1), { meta: { user: "old" } });
    await trial.write(trial.key("without"), record(1));
    const metas = new Map((await list(trial, trial.prefix)).keys.map(({ key, meta }) => [key, meta]));
    const meta = metas.get(trial.key("with"));
    assert(meta?.["user"] === "ü \u2028" && meta["created"] === 1.5, `the meta is ${JSON.stringify(meta)}`);
    assert(metas.get(trial.key("without")) === undefined, "a meta outlived its record");
  },
};

async function list({ store }: Trial, prefix: string, limit = 1_000, cursor?: string): Promise<Listing> {
  const page = await store.list?.(prefix, cursor === undefined ? { limit } : { limit, cursor });
  assert(page !== undefined, "the store has no list()");
  return page;
}

async function allPages(trial: Trial, limit: number): Promise<Listing[]> {
  const pages = [await list(trial, trial.prefix, limit)];
  for (let cursor = pages[0]?.cursor; cursor !== undefined; cursor = pages.at(-1)?.cursor) {
    pages.push(await list(trial, trial.prefix, limit, cursor));
    // A store may end with an empty page, and may not go on with them forever.
    assert(pages.length <= 60, "the listing does not end");
  }
  return pages;
}
