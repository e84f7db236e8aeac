/** What becomes of a cookie that somebody copied when its session ends. */
import assert from "node:assert/strict";
import { MINUTE, SECOND } from "./world.mjs";

/** A signed-in visitor whose record every location has read, and a thief with the cookie they have. */
export async function stolenIn(world, options) {
  world.freshKv(options);
  const visitor = world.visitor();
  await visitor.visit("fra", { set: { card: "4242" } });
  world.clock.advance(2 * SECOND);
  await visitor.visit("fra", { act: "login", user: "ada" });
  world.clock.advance(3 * MINUTE);
  await visitor.visit("fra");
  const { user } = await visitor.visit("nrt");
  assert.equal(user, "ada");
  return { visitor, thief: visitor.twin() };
}

/** The answer is that of a new session with nothing in it. */
export function assertDead({ user, isNew, data }, message) {
  assert.deepEqual([user, isNew, data], [null, true, {}], message);
}
