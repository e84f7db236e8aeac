import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { SessionObject, durableObjectStore } from "edge-session/durable-object";
import { describe, it } from "vitest";
import { assert, assertSame } from "../conformance/assert.js";
import { HOUR, ONE, TWO, alarmOf, assertStoresNothing, bytesOf, later, ring, written } from "./objects.mjs";

describe("the end of a session object", () => {
  it("its_alarm_deletes_all_it_stores_without_a_request", async () => {
    const { stub } = await written(env.OBJECTS);
    await later(HOUR, () => ring(stub));
    await assertStoresNothing(stub);
  });

  it("its_alarm_is_deleted_also_where_deleteAll_leaves_it", async () => {
    const asked = [];
    const storage = { deleteAlarm: async () => asked.push("deleteAlarm"), deleteAll: async () => asked.push("deleteAll") };
    await SessionObject.prototype.remove.call({ ctx: { storage } });
    assertSame(asked, ["deleteAlarm", "deleteAll"]);
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
    const { stub, expiresAt } = await written(env.OBJECTS, { now });
    const early = expiresAt - now() - ((await alarmOf(stub)) - Date.now());
    assert(Math.abs(early) < HOUR / 2, `the alarm rings ${early} ms too early`);
  });

  it("ended_is_told_the_handle_and_the_reason_before_the_record_goes", async () => {
    const { end, stub } = await written(env.NOTED);
    await runInDurableObject(stub, (object) => (object.act = async () => assertSame(object.read(0).bytes, ONE)));
    await later(HOUR, () => ring(stub));
    await runInDurableObject(stub, (object) => assertSame(object.noted, [end]));
    await assertStoresNothing(stub);
  });

  it("ended_is_told_the_handle_of_a_session_under_an_id_of_the_application_s_own_too", async () => {
    const [store, handle] = [durableObjectStore(env.NOTED), crypto.randomUUID()];
    const stub = env.NOTED.getByName(`n1:${handle}`);
    await store.write(`n1:${handle}`, ONE, { expiresAt: Date.now() + HOUR, version: null, lives: true });
    await later(2 * HOUR, () => ring(stub));
    await runInDurableObject(stub, (object) => assertSame(object.noted, [{ id: handle, reason: "expired" }]));
  });

  it("ended_is_not_told_of_what_is_left_of_a_session_that_had_ended_or_gone_on_before", async () => {
    const { key, store, stub, expiresAt } = await written(env.NOTED);
    await store.write(key, TWO, { expiresAt });
    const { stub: another } = await written(env.NOTED, { lives: false });
    for (const object of [stub, another]) {
      await later(HOUR, () => ring(object));
      await runInDurableObject(object, ({ noted }) => assertSame(noted, []));
      await assertStoresNothing(object);
    }
  });

  it("ended_is_not_told_of_records_that_live_or_were_removed", async () => {
    const { key, store, stub } = await written(env.NOTED);
    await ring(stub);
    await store.remove([key]);
    await runInDurableObject(stub, async (object) => {
      await object.alarm();
      assertSame(object.noted, []);
    });
  });

  it("an_ended_that_fails_is_tried_again_and_at_last_the_record_goes_all_the_same", async () => {
    const { end, stub } = await written(env.NOTED);
    await later(HOUR, () => runInDurableObject(stub, async (object) => {
      object.act = () => Promise.reject(new Error("the queue is down"));
      for (let retryCount = 0; retryCount < 6; retryCount++) {
        const failed = await object.alarm({ retryCount }).then(() => false, () => true);
        assert(failed && object.read(0) !== null, "the failure was swallowed, or the record is gone");
      }
      await object.alarm({ retryCount: 6 });
      assertSame(object.noted, Array(7).fill(end));
    }));
    await assertStoresNothing(stub);
  });

  for (const [end, life] of Object.entries({ with_another_end: 2 * HOUR, with_the_same_end: HOUR })) {
    it(`a_record_written_anew_${end}_while_ended_is_told_of_the_old_one_stays_and_has_its_alarm`, async () => {
      const { key, store, stub, writtenAt } = await written(env.NOTED);
      const anew = () => store.write(key, TWO, { expiresAt: writtenAt + life });
      await runInDurableObject(stub, (object) => (object.act = anew));
      await later(HOUR, () => ring(stub));
      assertSame(await bytesOf(store, key), [2]);
      assert((await alarmOf(stub)) !== null, "nothing will ever delete the new record");
    });
  }
});
