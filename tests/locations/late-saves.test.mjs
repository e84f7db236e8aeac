import assert from "node:assert/strict";
import { it } from "node:test";
import { stolenIn } from "./stolen.mjs";
import { SECOND, useWorld } from "./world.mjs";

const world = useWorld();

for (const act of ["logout", "destroy"]) {
  it(`saves_where_a_${act}_does_not_show_yet_cannot_bury_it`, async () => {
    const { visitor, thief } = await stolenIn(world);
    await visitor.visit("fra", { act });
    for (let seconds = 0; seconds < 60; seconds += 10) {
      await thief.visit("nrt", { count: "n" });
      world.clock.advance(10 * SECOND);
    }
    for (const location of ["fra", "nrt", "fra"]) {
      assert.equal((await thief.visit(location, { count: "n" })).user, null, location);
      world.clock.advance(10 * SECOND);
    }
  });
}
