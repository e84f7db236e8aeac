import { assert, assertFails, assertSame } from "./assert.js";

/**
 * What the stores promise that run in any runtime: memory, and Workers KV behind a binding.
 *
 * @param runner the framework's `describe` and `it`
 * @param library `kvStore`, `memoryStore`, `storeConformance`, `fakeClock`
 * @param kv a KV binding
 */
export function storesSuite({ describe, it }, library, kv) {
  const { kvStore, memoryStore, storeConformance } = library;

  describe("memoryStore", () => {
    storeConformance({ describe, it }, ({ now }) => memoryStore({ now }));
    describe("alone", () => memorySuite(it, library));
  });

  describe("kvStore", () => {
    const lacks = ["clock", "compare-and-set", "sweep"];
    storeConformance({ describe, it }, () => kvStore(kv), { lacks });
    describe("with a prefix", () => storeConformance({ describe, it }, () => kvStore(kv, { prefix: "pfx/" }), { lacks }));
    describe("alone", () => kvSuite(it, kvStore, kv));
  });
}

const BYTES = Uint8Array.of(1, 2, 3);

function memorySuite(it, { memoryStore, fakeClock }) {
  const filled = (maxEntries, keys) => {
    const clock = fakeClock();
    const store = memoryStore({ maxEntries, now: clock.now });
    const write = (key, life = 3_600_000) => store.write(key, BYTES, { expiresAt: clock.now() + life });
    for (const key of keys) write(key);
    const present = (...names) => store.read(names).map((record) => record !== null);
    return { clock, store, write, present };
  };

  it("it_answers_at_once_without_promises", () => {
    const store = memoryStore();
    assertSame(store.write("k", BYTES, { expiresAt: Infinity }), true);
    assert(Array.isArray(store.read(["k"])) && store.remove(["k"]) === undefined, "a promise");
    assertSame(store.list("", { limit: 1 }), { keys: [] });
    assertSame(store.sweep(0), 0);
  });

  it("it_never_holds_more_records_than_it_may", () => {
    const { store, write, present } = filled(3, ["a", "b", "c", "d"]);
    assertSame(store.size, 3);
    assertSame(present("a", "b", "c", "d"), [false, true, true, true]);
    write("d");
    assertSame([store.size, ...present("b")], [3, true]);
  });

  it("what_was_not_used_for_the_longest_time_goes_first", () => {
    const { present, write } = filled(3, ["a", "b", "c"]);
    present("a");
    write("b");
    write("d");
    assertSame(present("c", "a", "b", "d"), [false, true, true, true]);
  });

  it("it_tells_why_it_drops_a_record_that_lived", () => {
    const { clock, store } = filled(2, []);
    const told = [];
    store.watch((...what) => told.push(what));
    const write = (key, lives) => store.write(key, BYTES, { expiresAt: clock.now() + 1_000, lives });
    for (const key of ["a", "left", "b", "c"]) write(key, key !== "left");
    assertSame(told, [["a", "evicted"], ["b", "evicted"]], "and what is left of others stays:");
    clock.advance(1_000);
    write("d", true);
    assertSame(told.slice(2), [], "in the place of what was left, which had expired:");
    clock.advance(60_000);
    write("e", true);
    assertSame(told.slice(2), [["c", "expired"], ["d", "expired"]], "in its own time:");
    store.remove(["e"]);
    assertSame(told.length, 4, "what was removed:");
  });

  it("what_says_that_sessions_are_over_is_there_for_longer_than_they_are", () => {
    const { store, present } = filled(100, ["over"]);
    for (let at = 0; at < 10_000; at += 1) store.write(`session ${at}`, BYTES, { expiresAt: Infinity, lives: true });
    assertSame([store.size, ...present("over", "session 9999", "session 9900")], [100, true, true, false]);
  });

  it("when_full_it_refuses_a_new_record_if_told_to_and_nothing_is_lost", async () => {
    const clock = fakeClock();
    const store = memoryStore({ maxEntries: 2, whenFull: "error", now: clock.now });
    const write = (key, options) => store.write(key, BYTES, { expiresAt: clock.now() + 1_000, ...options });
    const told = [];
    store.watch((...what) => told.push(what));
    for (const key of ["a", "b"]) write(key, { version: null, lives: true });
    for (const version of [undefined, null]) await assertFails(() => write("c", { version }), "store", /full.* 2 records/);
    const [a, b] = store.read(["a", "b"]);
    assertSame([write("a"), write("b", { version: b.version }), write("a", { version: a.version })], [true, true, false]);
    store.remove(["a"]);
    assertSame(write("c"), true);
    await assertFails(() => write("d"), "store");
    clock.advance(1_000);
    assertSame([write("d"), store.size, told], [true, 1, []], "what has expired makes room:");
  });

  it("what_has_expired_goes_before_what_is_live", () => {
    const { clock, present, write } = filled(3, ["a"]);
    write("gone", 1_000);
    present("gone");
    write("b");
    clock.advance(60_000);
    write("c");
    assertSame(present("a", "b", "c", "gone"), [true, true, true, false]);
  });

  it("expired_records_do_not_pile_up_while_others_are_written", () => {
    const { clock, store, write } = filled(1_000, []);
    for (let number = 0; number < 500; number++) write(`old${number}`, 1_000);
    clock.advance(60_000);
    write("new");
    assertSame(store.size, 1);
  });

  it("a_refused_write_drops_nothing", () => {
    const { store, present } = filled(2, ["a", "b"]);
    assertSame(store.write("c", BYTES, { expiresAt: Infinity, version: "no" }), false);
    assertSame(present("a", "b"), [true, true]);
  });

  it("a_wrong_option_is_named", async () => {
    for (const maxEntries of [0, -1, 1.5, NaN, Infinity, "10", null]) {
      await assertFails(() => memoryStore({ maxEntries }), "config", /^memoryStore: maxEntries /);
    }
    for (const whenFull of ["drop", null, true]) {
      await assertFails(() => memoryStore({ whenFull }), "config", /^memoryStore: whenFull /);
    }
  });
}

function kvSuite(it, kvStore, kv) {
  const key = () => `s1:${crypto.randomUUID()}`;

  it("a_missing_binding_is_named_with_the_remedy", async () => {
    await assertFails(() => kvStore(undefined), "config", "kvStore: the binding is undefined; is it in wrangler.toml?");
    await assertFails(() => kvStore(null), "config", "kvStore: the binding is null; is it in wrangler.toml?");
    await assertFails(() => kvStore("SESSIONS"), "config", "kvStore: the binding is string; is it in wrangler.toml?");
    await assertFails(() => kvStore({ get() {} }), "config", "kvStore: the binding has no put(); is it a KV namespace?");
  });

  it("a_wrong_option_is_named", async () => {
    for (const prefix of [5, null, "x".repeat(449), "é".repeat(225)]) {
      await assertFails(() => kvStore(kv, { prefix }), "config", /^kvStore: prefix /);
    }
    for (const cacheTtl of [0, 29, 30.5, NaN, Infinity, "60", null]) {
      await assertFails(() => kvStore(kv, { cacheTtl }), "config", /^kvStore: cacheTtl /);
    }
  });

  it("the_prefix_is_in_kv_and_nowhere_else", async () => {
    const store = kvStore(kv, { prefix: "app/" });
    const name = key();
    await store.write(name, BYTES, { expiresAt: Date.now() + 3_600_000 });
    assert((await kv.get(`app/${name}`, { type: "arrayBuffer" })) !== null, "the key has no prefix");
    assertSame((await store.list(name, { limit: 5 })).keys, [{ key: name }]);
    assertSame(await kvStore(kv).read([name]), [null]);
  });

  it("the_longest_prefix_leaves_room_for_the_longest_key", async () => {
    const store = kvStore(kv, { prefix: "p".repeat(432) });
    const name = key().padEnd(80, "x");
    await store.write(name, BYTES, { expiresAt: Date.now() + 3_600_000 });
    assertSame([...(await store.read([name]))[0].bytes], [1, 2, 3]);
  });

  it("cacheTtl_goes_with_every_read_and_only_if_it_is_given", async () => {
    const { binding, calls } = recording(kv);
    await kvStore(binding).read(["a"]);
    await kvStore(binding, { cacheTtl: 30 }).read(["b", "c"]);
    assertSame(calls, [
      ["get", "a", { type: "arrayBuffer" }],
      ["get", "b", { type: "arrayBuffer", cacheTtl: 30 }],
      ["get", "c", { type: "arrayBuffer", cacheTtl: 30 }],
    ]);
  });

  it("several_keys_are_read_in_one_round", async () => {
    let open = 0;
    let most = 0;
    const binding = { ...recording(kv).binding, async get() {
      most = Math.max(most, ++open);
      await Promise.resolve();
      open -= 1;
      return null;
    } };
    await kvStore(binding).read(["a", "b", "c"]);
    assertSame(most, 3);
  });

  it("kv_keeps_a_record_no_shorter_than_asked_and_takes_every_time", async () => {
    const { binding, calls } = recording(kv);
    const store = kvStore(binding);
    const name = key();
    const now = Date.now();
    const lives = [90_000, 90_001, 60_000, 59_999, 0, -1, -now, (2 ** 31 - 1) * 1_000, (2 ** 31 - 1) * 1_000 + 1, Infinity];
    await at(now, async () => {
      for (const life of lives) await store.write(name, BYTES, { expiresAt: now + life });
    });
    const asked = calls.map(([, , , options]) => options.expirationTtl);
    assertSame(asked, [90, 91, 60, 60, 60, 60, 60, 2 ** 31 - 1, undefined, undefined]);
  });

  it("what_kv_fails_at_fails", async () => {
    const broken = () => Promise.reject(new Error("KV GET failed: 500 Internal Server Error"));
    const store = kvStore({ get: broken, put: broken, delete: broken, list: broken });
    const calls = [
      () => store.read(["a"]),
      () => store.write("a", BYTES, { expiresAt: Infinity }),
      () => store.remove(["a"]),
      () => store.list("a", { limit: 1 }),
    ];
    for (const call of calls) {
      const error = await call().then(() => undefined, (reason) => reason);
      assert(error?.message.startsWith("KV GET failed"), "the failure was swallowed");
    }
  });

  it("a_listing_asks_for_no_more_than_kv_gives", async () => {
    const { binding, calls } = recording(kv);
    await kvStore(binding).list("nothing:", { limit: 5_000 });
    assertSame(calls, [["list", { prefix: "nothing:", limit: 1_000 }]]);
  });

  it("an_empty_page_that_is_not_the_last_keeps_its_cursor", async () => {
    const list = async () => ({ keys: [], list_complete: false, cursor: "next" });
    const page = await kvStore({ ...recording(kv).binding, list }).list("a", { limit: 10 });
    assertSame(page, { keys: [], cursor: "next" });
  });
}

/** The binding, and what is asked of it. */
function recording(kv) {
  const calls = [];
  const binding = {};
  for (const method of ["get", "put", "delete", "list"]) {
    binding[method] = (...parameters) => {
      calls.push([method, ...parameters]);
      return kv[method](...parameters);
    };
  }
  return { binding, calls };
}

/** Runs `action` while `Date.now()` stands still. */
async function at(now, action) {
  const real = Date.now;
  Date.now = () => now;
  try {
    await action();
  } finally {
    Date.now = real;
  }
}
