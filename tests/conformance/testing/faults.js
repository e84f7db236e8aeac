import { assert, assertSame } from "../assert.js";
import { settled } from "./settled.js";

const PLAIN = { consistency: "eventual", read: (keys) => keys.map(() => null), write: () => true, remove: () => undefined };

export function faultsSuite(it, { faultyStore, memoryStore }) {
  const BYTES = Uint8Array.of(1);
  const make = () => {
    const inner = memoryStore();
    const store = faultyStore(inner);
    return { inner, store, write: (key = "k") => store.write(key, BYTES, { expiresAt: Infinity }) };
  };
  const outcome = async (call) => {
    try {
      return await Promise.race([call(), settled().then(() => "hangs")]);
    } catch (error) {
      return error.message;
    }
  };

  it("without_faults_it_is_the_store_and_counts", async () => {
    const { store, write } = make();
    assertSame(store.consistency, "strong");
    assertSame(write(), true);
    assertSame(store.write("k", BYTES, { expiresAt: Infinity, version: "old" }), false);
    assertSame((await store.read(["k", "l"])).map((record) => record !== null), [true, false]);
    assertSame(store.list("", { limit: 5 }), { keys: [{ key: "k" }] });
    assertSame(store.sweep(0), 0);
    store.remove(["k", "l", "m"]);
    assertSame([store.reads, store.rounds, store.writes, store.removes], [2, 1, 2, 3]);
    store.resetCounts();
    assertSame([store.reads, store.rounds, store.writes, store.removes], [0, 0, 0, 0]);
  });

  it("a_stores_truth_and_interval_are_there_where_it_has_them_and_fail_and_count_as_reads", async () => {
    const truth = (keys) => keys.map(() => ({ bytes: BYTES, version: "1" }));
    const store = faultyStore({ ...PLAIN, writeInterval: "2s", readTruth: truth });
    assertSame([store.writeInterval, await store.readTruth(["k"])], ["2s", [{ bytes: BYTES, version: "1" }]]);
    store.fail("read", { nth: 2 });
    assertSame(await outcome(() => store.read(["k"])), [null]);
    assertSame(await outcome(() => store.readTruth(["k"])), "the store failed at read, as the test asked");
    assertSame([store.reads, store.rounds], [3, 3]);
    const plain = faultyStore(PLAIN);
    assertSame(["writeInterval" in plain, "readTruth" in plain, "list" in plain, "sweep" in plain], [false, false, false, false]);
  });

  it("the_nth_call_fails_and_the_others_do_not", async () => {
    const { store, write, inner } = make();
    write("before");
    store.fail("write", { nth: 2 });
    assertSame(await outcome(() => write("a")), true);
    assertSame(await outcome(() => write("b")), "the store failed at write, as the test asked");
    assertSame(await outcome(() => write("c")), true);
    assertSame(inner.read(["a", "b", "c"]).map((record) => record !== null), [true, false, true]);
  });

  it("without_nth_every_call_fails_until_it_is_healed", async () => {
    const { store } = make();
    store.fail("read");
    for (let round = 0; round < 3; round++) assert((await outcome(() => store.read(["k"]))).includes("failed"), "no failure");
    store.heal();
    assertSame(await outcome(() => store.read(["k"])), [null]);
  });

  it("several_faults_of_one_operation_each_hit_their_call", async () => {
    const { store, write } = make();
    store.fail("write", { nth: 1, how: "hang" });
    store.fail("write", { nth: 3 });
    const outcomes = [];
    for (let call = 0; call < 4; call++) outcomes.push(await outcome(() => write()));
    assertSame(outcomes, ["hangs", true, "the store failed at write, as the test asked", true]);
  });

  it("a_call_that_hangs_never_settles", async () => {
    const { store } = make();
    for (const operation of ["read", "remove"]) store.fail(operation, { how: "hang" });
    assertSame(await outcome(() => store.read(["k"])), "hangs");
    assertSame(await outcome(() => store.remove(["k"])), "hangs");
  });

  it("garbage_is_a_record_that_is_none", async () => {
    const { store } = make();
    store.fail("read", { how: "garbage" });
    const [record] = await store.read(["k"]);
    assertSame(record.bytes, new Uint8Array(64).fill(0xa5));
  });

  it("a_function_answers_in_place_of_the_store", async () => {
    const { store } = make();
    store.fail("read", { how: () => [] });
    store.fail("list", { how: () => { throw new Error("429 Too Many Requests"); } });
    assertSame(await store.read(["k"]), []);
    assertSame(await outcome(() => store.list("", { limit: 1 })), "429 Too Many Requests");
  });

  it("after_the_work_only_the_answer_is_lost", async () => {
    const { inner, store, write } = make();
    store.fail("write", { after: true });
    assert((await outcome(() => write())).includes("failed"), "no failure");
    assert(inner.read(["k"])[0] !== null, "the write was not made");
  });

  it("what_the_store_cannot_do_it_cannot_do_either", () => {
    const { read, write, remove } = memoryStore();
    const store = faultyStore({ consistency: "eventual", read, write, remove });
    assertSame([store.consistency, store.list, store.sweep], ["eventual", undefined, undefined]);
  });
}
