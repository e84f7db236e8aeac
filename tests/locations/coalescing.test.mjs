import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LOCATIONS, PATIENCE, useWorld } from "./world.mjs";

const world = useWorld();

const VIEWS = 100;
/** How many puts the views may cost. */
const INTERVALS = { "1s": 60, "10s": 7 };

for (const [writeInterval, limit] of Object.entries(INTERVALS)) {
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
  });
}
