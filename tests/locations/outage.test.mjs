import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOCATIONS, MINUTE, PATIENCE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

/** What the session of the visitor with the large one holds: more than a cookie does. */
const LARGE = { basket: "x".repeat(20_000) };
const isLarge = ({ data }) => data.basket === LARGE.basket;
/** A request makes a read and at most one write that it waits for, each within the default limit of 5 s. */
const LIMIT = 10 * SECOND;

for (const how of ["error", "hang"]) {
  describe(`while every call of KV ends with ${how} for an hour`, () => {
    it("a_session_that_fits_the_cookie_goes_on_and_one_that_does_not_is_an_error_and_never_empty", PATIENCE, async () => {
      world.freshKv();
      // An outage as long as the idle life would end the sessions that it keeps from being used.
      const lifetime = { idle: "2h", absolute: "24h" };
      const [small, large] = [world.visitor({ lifetime }), world.visitor({ lifetime })];
      await small.visit("fra", { set: { a: 1 } });
      await large.visit("fra", { set: LARGE });
      world.kv.fail({ how });
      for (let round = 0; round < 12; round++) {
        const location = LOCATIONS[round % 2];
        const { isNew, data } = await answered(small.visit(location));
        assert.deepEqual([isNew, data], [false, { a: 1 }], `after ${round * 5} min`);
        assert.equal((await answered(large.visit(location))).error, "store", `after ${round * 5} min`);
        world.clock.advance(5 * MINUTE);
      }
      world.kv.heal();
      assert.deepEqual((await small.visit("nrt")).data, { a: 1 });
      assert.ok(isLarge(await large.visit("nrt")), "the large session is not what it was");
    });

    it("a_visitor_without_a_session_is_served_and_nothing_is_asked_of_kv", async () => {
      world.freshKv();
      world.kv.fail({ how });
      const { isNew, data } = await world.visitor().visit("fra");
      assert.deepEqual([isNew, data, world.kv.count()], [true, {}, 0]);
    });

    /** The answer, which does not keep the visitor waiting for longer than the limit. */
    async function answered(answering) {
      if (how === "error") return answering;
      const { answer, slept } = await world.sleepingThrough(answering);
      assert.ok(slept <= LIMIT, `it took ${slept} ms`);
      return answer;
    }
  });
}

describe("while KV is down at one location", () => {
  it("the_other_goes_on", async () => {
    world.freshKv();
    const visitor = world.visitor();
    await visitor.visit("fra", { set: LARGE });
    world.kv.fail({ location: "fra" });
    assert.equal((await visitor.visit("fra")).error, "store");
    assert.ok(isLarge(await visitor.visit("nrt")), "the other location does not show the session");
    world.kv.heal("fra");
    assert.ok(isLarge(await visitor.visit("fra")), "the location that was down does not show the session");
  });
});
