import assert from "node:assert/strict";
import { it } from "node:test";
import { PATIENCE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

/** Of a KV whose puts take 100 ms of a time that stands still, no put is ever done. */
const SLOW = { latency: { put: 100 } };
const pending = () => world.kv.count({ operation: "put", outcome: "pending" });

it("a_response_does_not_wait_for_a_put_that_the_cookie_covers", PATIENCE, async () => {
  world.freshKv(SLOW);
  const visitor = world.visitor();
  await visitor.visit("fra", { set: { a: 1 } });
  await world.until(() => pending() === 1);
  // The other location now remembers that there is no such record.
  assert.deepEqual((await visitor.visit("nrt")).data, { a: 1 });
  await world.clock.elapse(100);
  assert.equal(pending(), 0);
  for (let seconds = 0; seconds < 90; seconds += 10) {
    assert.deepEqual((await visitor.visit("nrt")).data, { a: 1 }, `after ${seconds} s`);
    world.clock.advance(10 * SECOND);
  }
});
