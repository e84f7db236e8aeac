import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { assertDead, stolenIn } from "./stolen.mjs";
import { MINUTE, SECOND, useWorld } from "./world.mjs";

const world = useWorld();

for (const act of ["logout", "destroy"]) {
  describe(`after a ${act} at one location`, () => {
    it("the_old_cookie_is_dead_there_at_once", async () => {
      const { visitor, thief } = await stolenIn(world);
      await visitor.visit("fra", { act });
      assertDead(await thief.visit("fra"));
    });

    it("the_browser_is_signed_out_everywhere_at_once", async () => {
      const { visitor } = await stolenIn(world);
      await visitor.visit("fra", { act });
      for (const location of ["nrt", "fra", "nrt"]) {
        assert.equal((await visitor.visit(location)).user, null);
        world.clock.advance(SECOND);
      }
    });

    it("the_old_cookie_is_dead_elsewhere_when_kv_shows_the_end", async () => {
      for (const staleness of [0, 30 * SECOND]) {
        const { visitor, thief } = await stolenIn(world, { staleness });
        await visitor.visit("fra", { act });
        world.clock.advance(MINUTE + staleness);
        assertDead(await thief.visit("nrt"), `${staleness} ms`);
      }
    });

    it("the_old_cookie_stays_dead", async () => {
      const { visitor, thief } = await stolenIn(world);
      await visitor.visit("fra", { act });
      world.clock.advance(MINUTE);
      for (const location of ["fra", "nrt", "fra", "nrt"]) {
        assertDead(await thief.visit(location));
        world.clock.advance(10 * MINUTE);
      }
    });
  });
}
