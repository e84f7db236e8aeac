import assert from "node:assert/strict";
import { it } from "node:test";
import { randomFrom } from "../conformance/random.js";
import { LOCATIONS, MINUTE, NETWORKS, SECOND, pick, useWorld } from "./world.mjs";

const world = useWorld();

for (const [network, options] of Object.entries(NETWORKS)) {
  it(`who_only_reads_a_session_never_sees_it_go_back_${network}`, async () => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = randomFrom(seed);
      world.freshKv({ seed, ...options });
      const writer = world.visitor();
      await writer.visit("fra", { count: "n" });
      const reader = writer.twin();
      let seen = 0;
      for (let step = 0; step < 60; step++) {
        world.clock.advance(SECOND + Math.floor((random() * MINUTE) / 2));
        const { data } = await writer.visit(pick(random, LOCATIONS), { count: "n" });
        const { data: read } = await reader.visit(pick(random, LOCATIONS));
        assert.ok(read.n >= seen && read.n <= data.n, `seed ${seed}, step ${step}: ${seen}, then ${read.n} of ${data.n}`);
        seen = read.n;
      }
      assert.ok(seen > 40, `the reader saw ${seen} of 61 changes`);
    }
  });
}
