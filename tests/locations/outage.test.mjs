import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOCATIONS, MINUTE, PATIENCE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

/** What the session of the visitor with the large one holds: more than a cookie does. */
const LARGE = { basket: "x".repeat(20_000) };
const isLarge = ({ data }) => data.basket === LARGE.basket;
/** An outage as long as the default idle life would end the sessions that it keeps from being used. */
const LONG = { lifetime: { idle: "2h", absolute: "24h" } };
/** A request makes a read and at most one write that it waits for, each within the default limit of 5 s. */
const LIMIT = 10 * SECOND;

for (const how of ["error", "hang"]) {
  describe(`while every call of KV ends with ${how} for an hour`, () => {
    it("a_session_that_fits_the_cookie_goes_on_and_one_that_does_not_is_an_error_and_never_empty", PATIENCE, async () => {
      world.freshKv();
      const [small, large] = [world.visitor(LONG), world.visitor(LONG)];
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

    it("changes_that_fit_the_cookie_hold_and_reach_kv_afterwards", PATIENCE, async () => {
      world.freshKv();
      const visitor = world.visitor(LONG);
      await visitor.visit("fra", { count: "views" });
      const twin = visitor.twin();
      world.kv.fail({ how });
      for (let views = 2; views <= 13; views++) {
        world.clock.advance(5 * MINUTE);
        const { error, data } = await answered(visitor.visit(LOCATIONS[views % 2], { count: "views" }));
        assert.deepEqual([error, data], [undefined, { views }]);
      }
      world.kv.heal();
      // Until a change is two minutes old, KV may just not show it yet.
      world.clock.advance(2 * MINUTE);
      assert.deepEqual((await visitor.visit("fra")).data, { views: 13 });
      assert.deepEqual((await twin.visit("nrt")).data, { views: 13 });
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
      const { answer, took } = await world.sleepingThrough(answering);
      assert.ok(took <= LIMIT, `it took ${took} ms`);
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
