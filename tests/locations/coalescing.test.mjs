import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOCATIONS, PATIENCE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

const VIEWS = 100;
/** How many seconds the intervals are, and how many puts the views may cost. */
const INTERVALS = [[1, 60], [10, 7]];

for (const [seconds, limit] of INTERVALS) {
  const writeInterval = `${seconds}s`;
  describe(`a page counter hit ${VIEWS} times within 60 s at two locations, at a writeInterval of ${writeInterval}`, () => {
    it(`is_right_at_each_view_and_costs_at_most_${limit}_puts_of_which_none_is_refused`, async () => {
      const kv = world.freshKv();
      const visitor = world.visitor({ writeInterval });
      for (let view = 1; view <= VIEWS; view++) {
        const { error, message, data } = await visitor.visit(LOCATIONS[view % 2], { count: "views" });
        assert.deepEqual([error, message, data], [undefined, undefined, { views: view }]);
        world.clock.advance(600);
      }
      const puts = kv.count({ operation: "put" });
      assert.ok(puts <= limit, `it cost ${puts} puts`);
      assert.equal(kv.count({ outcome: "refused" }), 0);
    });

    it("reaches_kv_by_itself_with_its_last_change", PATIENCE, async () => {
      const kv = world.freshKv();
      const visitor = world.visitor({ writeInterval });
      assert.deepEqual((await visitor.visit("fra", { count: "views" })).data, { views: 1 });
      const twin = visitor.twin();
      for (let views = 2; views <= 10; views++) {
        world.clock.advance(10);
        assert.deepEqual((await visitor.visit("fra", { count: "views" })).data, { views });
      }
      const [{ key }] = kv.calls;
      const puts = () => kv.count({ operation: "put", outcome: "done", key }); // what another test left asleep wakes as well
      world.pass(seconds * SECOND);
      await world.until(() => puts() === 2); // the first, and one for all that followed
      assert.deepEqual((await twin.visit("nrt")).data, { views: 10 });
      assert.equal(kv.count({ outcome: "refused", key }), 0);
    });
  });
}
