import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { durableObjectStore } from "edge-session/durable-object";
import { storeConformance } from "edge-session/testing";
import { describe, it } from "vitest";
import { assert, assertFails, assertSame } from "../conformance/assert.js";

const HOUR = 3_600_000;
const ONE = Uint8Array.of(1);
const TWO = Uint8Array.of(2);

describe("durableObjectStore", () => {
  const lacks = ["list", "sweep"];
  storeConformance({ describe, it }, ({ now }) => durableObjectStore(env.OBJECTS, { now }), { lacks });

  it("a_missing_binding_is_named_with_the_remedy", async () => {
    const missing = "durableObjectStore: the binding is undefined; is it in wrangler.toml?";
    await assertFails(() => durableObjectStore(undefined), "config", missing);
    const other = "durableObjectStore: the binding has no getByName(); is it a Durable Object namespace?";
    await assertFails(() => durableObjectStore({}), "config", other);
  });

  it("a_record_is_there_after_its_object_was_evicted", async () => {
    const { key, store, stub } = await written(env.OBJECTS);
    await evictDurableObject(stub);
    assertSame(await bytesOf(store, key), [1]);
  });

  it("a_key_that_was_only_read_stores_nothing", async () => {
    const key = newKey();
    await durableObjectStore(env.OBJECTS).read([key]);
    await assertStoresNothing(env.OBJECTS.getByName(key));
  });

  it("a_removed_record_leaves_neither_storage_nor_alarm", async () => {
    const { key, store, stub } = await written(env.OBJECTS);
    await store.remove([key]);
    await assertStoresNothing(stub);
  });
});

describe("the end of a session object", () => {
  it("its_alarm_deletes_all_it_stores_without_a_request", async () => {
    const { stub } = await written(env.OBJECTS);
    await later(HOUR, () => ring(stub));
    await assertStoresNothing(stub);
  });

  it("an_alarm_that_rings_early_is_set_again_and_the_record_stays", async () => {
    const { key, store, stub } = await written(env.OBJECTS);
    const before = await alarmOf(stub);
    await ring(stub);
    assertSame([await bytesOf(store, key), await alarmOf(stub)], [[1], before]);
  });

  it("the_alarm_follows_the_record_s_end_either_way", async () => {
    const { key, store, stub } = await written(env.OBJECTS);
    const first = await alarmOf(stub);
    await store.write(key, ONE, { expiresAt: Date.now() + 2 * HOUR });
    const longer = await alarmOf(stub);
    await store.write(key, ONE, { expiresAt: Date.now() + HOUR / 2 });
    const shorter = await alarmOf(stub);
    assert(shorter < first && first < longer, "the alarm stayed where it was");
    await store.write(key, ONE, { expiresAt: Infinity });
    assertSame(await alarmOf(stub), null);
  });

  it("a_write_that_leaves_the_end_as_it_is_does_not_pay_for_an_alarm", async () => {
    const { key, store, stub, expiresAt } = await written(env.OBJECTS);
    await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm());
    await store.write(key, TWO, { expiresAt });
    assertSame(await alarmOf(stub), null);
  });

  it("the_alarm_rings_when_the_life_is_over_that_the_writer_s_clock_gave", async () => {
    const now = () => Date.now() - 365 * 24 * HOUR;
    const { stub, expiresAt } = await written(env.OBJECTS, now);
    const early = expiresAt - now() - ((await alarmOf(stub)) - Date.now());
    assert(Math.abs(early) < HOUR / 2, `the alarm rings ${early} ms too early`);
  });

  it("expired_is_told_the_key_before_the_record_goes", async () => {
    const { key, stub } = await written(env.NOTED);
    await runInDurableObject(stub, (object) => (object.act = async () => assertSame(object.read(0).bytes, ONE)));
    await later(HOUR, () => ring(stub));
    await runInDurableObject(stub, (object) => assertSame(object.noted, [key]));
    await assertStoresNothing(stub);
  });

  it("expired_is_not_told_of_records_that_live_or_were_removed", async () => {
    const { key, store, stub } = await written(env.NOTED);
    await ring(stub);
    await store.remove([key]);
    await runInDurableObject(stub, async (object) => {
      await object.alarm();
      assertSame(object.noted, []);
    });
  });

  it("an_expired_that_fails_is_tried_again_and_at_last_the_record_goes_all_the_same", async () => {
    const { key, stub } = await written(env.NOTED);
    await later(HOUR, () => runInDurableObject(stub, async (object) => {
      object.act = () => Promise.reject(new Error("the queue is down"));
      for (let retryCount = 0; retryCount < 6; retryCount++) {
        const failed = await object.alarm({ retryCount }).then(() => false, () => true);
        assert(failed && object.read(0) !== null, "the failure was swallowed, or the record is gone");
      }
      await object.alarm({ retryCount: 6 });
      assertSame(object.noted, Array(7).fill(key));
    }));
    await assertStoresNothing(stub);
  });

  for (const [end, life] of Object.entries({ with_another_end: 2 * HOUR, with_the_same_end: HOUR })) {
    it(`a_record_written_anew_${end}_while_expired_is_told_of_the_old_one_stays_and_has_its_alarm`, async () => {
      const { key, store, stub, writtenAt } = await written(env.NOTED);
      const anew = () => store.write(key, TWO, { expiresAt: writtenAt + life });
      await runInDurableObject(stub, (object) => (object.act = anew));
      await later(HOUR, () => ring(stub));
      assertSame(await bytesOf(store, key), [2]);
      assert((await alarmOf(stub)) !== null, "nothing will ever delete the new record");
    });
  }
});

describe("calls to a session object that fail", () => {
  it("a_passing_failure_is_tried_again_with_a_new_stub_at_growing_intervals", async () => {
    const { binding, calls } = failing(3, { retryable: true });
    const { waits, sleep } = sleeper();
    assertSame(await durableObjectStore(binding, { sleep }).read(["s1:a"]), [null]);
    assertSame(calls.map(({ name, stub }) => [name, stub]), [1, 2, 3, 4].map((stub) => ["s1:a", stub]));
    assertSame(waits.map((ms, at) => ms >= 50 * 2 ** at && ms <= 100 * 2 ** at), [true, true, true]);
  });

  it("four_attempts_are_the_most", async () => {
    const { binding, calls } = failing(4, { retryable: true });
    await assertRejects(durableObjectStore(binding, sleeper()).read(["s1:a"]), "failure 4");
    assertSame(calls.length, 4);
  });

  it("a_failure_that_is_not_said_to_pass_is_final_and_so_is_an_overload", async () => {
    for (const properties of [{}, { overloaded: true }, { retryable: true, overloaded: true }, { retryable: false }]) {
      const { binding, calls } = failing(1, properties);
      await assertRejects(durableObjectStore(binding, sleeper()).remove(["s1:a"]), "failure 1");
      assertSame(calls.length, 1);
    }
  });

  it("a_write_whose_answer_was_lost_has_taken_place_once", async () => {
    for (const version of [null, undefined]) {
      const key = newKey();
      const store = durableObjectStore(losing(env.OBJECTS), sleeper());
      assertSame(await store.write(key, ONE, { expiresAt: Date.now() + HOUR, version }), true);
      assertSame(await bytesOf(store, key), [1]);
    }
  });

  it("only_the_bytes_in_view_are_sent", async () => {
    const { binding, calls } = failing(0);
    await durableObjectStore(binding).write("s1:a", new Uint8Array(100).subarray(5, 7), { expiresAt: Infinity });
    assertSame(calls[0].parameter.bytes.buffer.byteLength, 2);
  });
});

function newKey() {
  return `s1:${crypto.randomUUID()}`;
}

/** A record of one byte that lives for an hour, and its object. */
async function written(binding, now = () => Date.now()) {
  const key = newKey();
  const store = durableObjectStore(binding, { now });
  const writtenAt = now();
  const expiresAt = writtenAt + HOUR;
  await store.write(key, ONE, { expiresAt });
  return { key, store, writtenAt, expiresAt, stub: binding.getByName(key) };
}

async function bytesOf(store, key) {
  const [record] = await store.read([key]);
  return record && [...record.bytes];
}

function alarmOf(stub) {
  return runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
}

async function ring(stub) {
  assert(await runDurableObjectAlarm(stub), "no alarm is set");
}

/** The object has no alarm, and not even an empty table. */
async function assertStoresNothing(stub) {
  await runInDurableObject(stub, async (_, { storage }) => {
    const tables = storage.sql.exec("SELECT name FROM sqlite_master").toArray();
    assertSame([tables, await storage.getAlarm()], [[], null], "stored:");
  });
}

/** Runs `action` as if `ms` more had passed. */
async function later(ms, action) {
  const real = Date.now;
  Date.now = () => real() + ms;
  try {
    return await action();
  } finally {
    Date.now = real;
  }
}

/** A sleep that takes no time, and how long it should have been. */
function sleeper() {
  const waits = [];
  return { waits, sleep: async (ms) => waits.push(ms) };
}

/** Objects whose first calls fail, with these properties on the error; and the calls, each with the number of its stub. */
function failing(failures, properties) {
  const calls = [];
  let stubs = 0;
  const getByName = (name) => {
    const stub = ++stubs;
    const method = async (parameter) => {
      calls.push({ name, stub, parameter });
      if (calls.length <= failures) throw Object.assign(new Error(`failure ${calls.length}`), properties);
      return null;
    };
    return { read: method, write: method, remove: method };
  };
  return { calls, binding: { getByName } };
}

/** The binding, but the answer of the first call to each object is lost on its way. */
function losing(binding) {
  const lost = new Set();
  const getByName = (name) => {
    const stub = binding.getByName(name);
    const passOn = (method) => async (parameter) => {
      const answer = await stub[method](parameter);
      if (lost.has(name)) return answer;
      lost.add(name);
      throw Object.assign(new Error("Network connection lost."), { retryable: true });
    };
    return { read: passOn("read"), write: passOn("write") };
  };
  return { getByName };
}

async function assertRejects(promise, message) {
  const error = await promise.then(() => undefined, (reason) => reason);
  assertSame(error?.message, message);
}
