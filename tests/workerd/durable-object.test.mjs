import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { createSessions } from "edge-session";
import { durableObjectStore } from "edge-session/durable-object";
import { fakeClock, storeConformance } from "edge-session/testing";
import { describe, it } from "vitest";
import { assertFails, assertSame } from "../conformance/assert.js";
import { HOUR, ONE, assertStoresNothing, bytesOf, newKey, written } from "./objects.mjs";

describe("durableObjectStore", () => {
  const lacks = ["list", "sweep"];
  storeConformance({ describe, it }, ({ now }) => durableObjectStore(env.OBJECTS, { now }), { lacks });

  it("a_missing_binding_is_named_with_the_remedy", async () => {
    const missing = "durableObjectStore: the binding is undefined; is it in wrangler.toml?";
    await assertFails(() => durableObjectStore(undefined), "config", missing);
    const other = "durableObjectStore: the binding has no getByName(); is it a Durable Object namespace?";
    await assertFails(() => durableObjectStore({}), "config", other);
    await assertFails(() => durableObjectStore(env.OBJECTS, { misspelt: 1 }), "config", /misspelt/);
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
    await assertRejects(durableObjectStore(binding, { sleep: sleeper().sleep }).read(["s1:a"]), "failure 4");
    assertSame(calls.length, 4);
  });

  it("a_failure_that_is_not_said_to_pass_is_final_and_so_is_an_overload", async () => {
    for (const properties of [{}, { overloaded: true }, { retryable: true, overloaded: true }, { retryable: false }]) {
      const { binding, calls } = failing(1, properties);
      await assertRejects(durableObjectStore(binding, { sleep: sleeper().sleep }).remove(["s1:a"]), "failure 1");
      assertSame(calls.length, 1);
    }
  });

  it("a_session_tries_nothing_again_that_was_tried_here_or_is_overloaded", async () => {
    for (const [properties, attempts] of [[{ retryable: true }, 4], [{ retryable: true, overloaded: true }, 1]]) {
      const { binding, calls } = failing(Infinity, properties);
      const clock = fakeClock();
      const store = { ...durableObjectStore(binding, { sleep: sleeper().sleep }), read: async (keys) => keys.map(() => null) };
      const sessions = createSessions({ secrets: [crypto.getRandomValues(new Uint8Array(32))], store, clock });
      const session = await sessions.open({ headers: new Headers() });
      let code;
      session.set("a", 1).save().catch((error) => (code = error.code));
      while (code === undefined) await clock.elapse(1_000);
      assertSame([code, calls.length], ["store", attempts]);
    }
  });

  it("a_write_whose_answer_was_lost_has_taken_place_once", async () => {
    for (const version of [null, undefined]) {
      const key = newKey();
      const store = durableObjectStore(losing(env.OBJECTS), { sleep: sleeper().sleep });
      assertSame(await store.write(key, ONE, { expiresAt: Date.now() + HOUR, version }), true);
      assertSame(await bytesOf(store, key), [1]);
    }
  });

  it("what_is_sent_again_is_what_was_written", async () => {
    const { binding, calls } = failing(1, { retryable: true });
    const bytes = Uint8Array.of(1);
    const writing = durableObjectStore(binding, { sleep: sleeper().sleep }).write("s1:a", bytes, { expiresAt: Infinity });
    bytes.fill(9);
    await writing;
    assertSame(calls.map(({ parameter }) => parameter.bytes), [ONE, ONE]);
  });

  it("only_the_bytes_in_view_are_sent", async () => {
    const { binding, calls } = failing(0);
    await durableObjectStore(binding).write("s1:a", new Uint8Array(100).subarray(5, 7), { expiresAt: Infinity });
    assertSame(calls[0].parameter.bytes.buffer.byteLength, 2);
  });
});

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
