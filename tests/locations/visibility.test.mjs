import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { randomFrom } from "../conformance/random.js";
import { LOCATIONS, MINUTE, NETWORKS, SECOND, pick, useWorld } from "./world.mjs";

const world = useWorld();

for (const [network, options] of Object.entries(NETWORKS)) {
  it(`a_new_session_is_there_at_the_other_location_${network}`, async () => {
    world.freshKv(options);
    const visitor = world.visitor();
    const { id } = await visitor.visit("fra", { set: { a: 1 } });
    for (let seconds = 0; seconds < 200; seconds += 10) {
      const { id: found, isNew, data } = await visitor.visit("nrt");
      assert.deepEqual([found, isNew, data], [id, false, { a: 1 }], `after ${seconds} s`);
      world.clock.advance(10 * SECOND);
    }
  });

  it(`a_visitor_who_hops_reads_their_own_writes_and_never_goes_back_${network}`, async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = randomFrom(seed);
      world.freshKv({ seed, ...options });
      const visitor = world.visitor();
      const written = {};
      for (let step = 0; step < 60; step++) {
        const set = step === 0 || random() < 0.4 ? { n: step, [`key${step % 7}`]: step } : {};
        Object.assign(written, set);
        const { data } = await visitor.visit(pick(random, LOCATIONS), { set });
        assert.deepEqual(data, written, `seed ${seed}, step ${step}`);
        world.clock.advance(SECOND + Math.floor(random() * MINUTE));
      }
    }
  });
}
