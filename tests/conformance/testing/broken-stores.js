import { assert, assertSame } from "../assert.js";

/** Stores that break one promise each, and a promise that must find it. */
const BROKEN = {
  answers_in_another_order: [(store) => ({ read: (keys) => store.read(keys).reverse() }), "records_come_in_the_order"],
  leaves_missing_keys_out: [(store) => ({ read: (keys) => store.read(keys).filter(Boolean) }), "a_missing_key_is_null"],
  takes_empty_records_for_missing: [
    (store) => ({ read: (keys) => store.read(keys).map((record) => (record?.bytes.length ? record : null)) }),
    "an_empty_record_is_a_record",
  ],
  keeps_the_whole_buffer: [
    (store) => ({ write: (key, bytes, options) => store.write(key, new Uint8Array(bytes.buffer), options) }),
    "only_the_bytes_in_view",
  ],
  ignores_case: [
    (store) => ({
      read: (keys) => store.read(keys.map((key) => key.toLowerCase())),
      write: (key, ...rest) => store.write(key.toLowerCase(), ...rest),
    }),
    "keys_are_told_apart",
  ],
  forgets_to_remove: [() => ({ remove: () => {} }), "removed_records_are_gone"],
  removes_only_the_first: [(store) => ({ remove: (keys) => store.remove(keys.slice(0, 1)) }), "removed_records_are_gone"],
  ignores_versions: [
    (store) => ({ write: (key, bytes, options) => store.write(key, bytes, { ...options, version: undefined }) }),
    "of_parallel_writers_none_loses",
    "a_key_that_must_not_exist",
    "an_older_version_is_refused",
  ],
  checks_versions_too_early: [
    (store) => ({
      async write(key, bytes, { version, ...options }) {
        const current = store.read([key])[0]?.version ?? null;
        await Promise.resolve();
        return (version === undefined || version === current) && store.write(key, bytes, options);
      },
    }),
    "of_parallel_creators_exactly_one_wins",
  ],
  has_versions_of_the_content: [
    (store) => ({
      read: (keys) => store.read(keys).map((record) => record && { bytes: record.bytes, version: String(record.bytes) }),
      write(key, bytes, options) {
        const [current] = store.read([key]);
        const matches = typeof options.version === "string" && current !== null && options.version === String(current.bytes);
        return store.write(key, bytes, { ...options, ...(matches && { version: current.version }) });
      },
    }),
    "every_write_makes_a_new_version",
  ],
  refuses_everything: [() => ({ write: () => false }), "a_record_comes_back"],
  serves_what_has_expired: [
    (store) => ({ write: (key, bytes, options) => store.write(key, bytes, { ...options, expiresAt: Infinity }) }),
    "a_record_is_served_until_its_time",
    "an_expired_record_is_not_listed",
    "a_sweep_drops",
  ],
  tells_of_all_that_it_sweeps: [
    (store) => ({ write: (key, bytes, options) => store.write(key, bytes, { ...options, lives: true }) }),
    "a_sweep_tells_of_each_record_that_lived",
  ],
  tells_of_nothing_that_it_sweeps: [(store) => ({ sweep: (now) => store.sweep(now) }), "a_sweep_tells_of_each_record_that_lived"],
  rounds_times_down: [
    (store) => ({ write: (key, bytes, options) => store.write(key, bytes, { ...options, expiresAt: options.expiresAt - 1 }) }),
    "a_record_is_served_until_its_time",
  ],
  sweeps_everything: [
    (store) => ({ sweep: () => { store.remove(store.list("", { limit: 9_999 }).keys.map(({ key }) => key)); return 5; } }),
    "a_sweep_drops",
  ],
  lists_one_page_only: [
    (store) => ({ list: (prefix, options) => ({ keys: store.list(prefix, options).keys }) }),
    "every_key_is_listed_once",
  ],
  lists_without_a_limit: [
    (store) => ({ list: (prefix) => store.list(prefix, { limit: 9_999 }) }),
    "every_key_is_listed_once",
  ],
  lists_in_circles: [
    (store) => ({ list: (prefix, { limit }) => ({ ...store.list(prefix, { limit }), cursor: "x" }) }),
    "every_key_is_listed_once",
  ],
  ignores_the_prefix: [(store) => ({ list: (_, options) => store.list("", options) }), "only_keys_with_the_prefix"],
  forgets_meta: [
    (store) => ({ list: (...asked) => ({ keys: store.list(...asked).keys.map(({ key }) => ({ key })) }) }),
    "meta_is_listed",
  ],
};

export function brokenStoresSuite(it, { storeConformance, memoryStore }) {
  it("a_good_store_keeps_every_promise", async () => {
    const { failed, held } = await findFaults(({ now }) => memoryStore({ now }));
    assertSame(failed, []);
    assert(held > 40, `only ${held} promises were tried`);
  });

  for (const [name, [breakIt, ...promises]] of Object.entries(BROKEN)) {
    it(`a_store_that_${name}_is_found`, async () => {
      const makeStore = ({ now }) => {
        const store = memoryStore({ now });
        const methods = ["read", "write", "remove", "list", "sweep"].map((method) => [method, store[method].bind(store)]);
        return { consistency: "strong", ...Object.fromEntries(methods), ...breakIt(store) };
      };
      const isBroken = (name) => promises.some((promise) => name.startsWith(promise));
      const { failed, held } = await findFaults(makeStore, {}, isBroken);
      assertSame([failed.length, held], [promises.length, promises.length], `found ${failed}:`);
    });
  }

  it("a_store_is_held_to_all_it_does_not_say_it_lacks", async () => {
    const lacks = ["compare-and-set", "list", "sweep"];
    assertSame((await findFaults(({ now }) => memoryStore({ now }), { lacks })).failed, [
      "says_that_it_is_eventually_consistent", "has_no_list", "has_no_sweep",
    ]);
  });

  it("every_store_is_closed_when_its_test_is_over", async () => {
    let open = 0;
    const { failed, held } = await findFaults(() => {
      open += 1;
      return { consistency: "strong", read: () => { throw new Error("no"); }, close: () => { open -= 1; } };
    });
    assertSame([open, failed.length > 0, held > 0], [0, true, true]);
  });

  async function findFaults(makeStore, options, isWanted = () => true) {
    const tests = [];
    storeConformance({ describe: (_, body) => body(), it: (name, body) => tests.push([name, body]) }, makeStore, options);
    const wanted = tests.filter(([name]) => isWanted(name));
    const failed = [];
    for (const [name, body] of wanted) await body().catch(() => failed.push(name));
    return { failed, held: wanted.length };
  }
}
