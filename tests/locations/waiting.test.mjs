import assert from "node:assert/strict";
import { it } from "node:test";
import { MINUTE, PATIENCE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

const AWAITED = {
  a_change_that_does_not_fit_the_cookie: { set: { basket: "x".repeat(20_000) } },
  a_login: { act: "login", user: "ada" },
  a_logout: { act: "logout" },
  a_destroy: { act: "destroy" },
};

for (const [name, what] of Object.entries(AWAITED)) {
  it(`a_response_waits_for_the_put_of_${name}_and_tells_that_it_failed`, PATIENCE, async () => {
    const kv = world.freshKv();
    const visitor = world.visitor();
    await visitor.visit("fra", { set: { a: 1 } });
    world.clock.advance(3 * MINUTE);
    kv.fail({ operation: "put", how: "hang" });
    const { answer, took } = await world.sleepingThrough(visitor.visit("fra", what));
    assert.equal(answer.error, "store");
    assert.ok(took >= 5 * SECOND, `it came after ${took} ms`);
  });
}
