import { assert, assertSame } from "../assert.js";
import { integersFrom } from "../random.js";

const REQUESTS = 20;

/** Many visitors in one process at the same time. */
export function visitorsSuite({ describe, it }, { makeWorld, strong }) {
  // A real KV binding takes a network round trip per operation.
  const visitors = strong ? 200 : 50;

  describe("many visitors at once", () => {
    it("each_see_only_their_own_session_however_their_requests_are_mixed", async () => {
      const world = makeWorld();
      const random = integersFrom(20_261_122);
      const wander = async () => {
        for (let steps = random() % 8; steps > 0; steps -= 1) await undefined;
      };
      const handles = new Map();
      await Promise.all(Array.from({ length: visitors }, (_, n) => live(world.visitor(), n, wander, random, handles)));
      assertSame(world.said("reject").length + world.said("error").length, 0, "rejected or failed:");
    });
  });
}

/** One visitor's requests, with pauses of random length in which the others go on. */
async function live(visitor, number, wander, random, handles) {
  for (let n = 1; n <= REQUESTS; n += 1) {
    await wander();
    const session = await visitor.open();
    await wander();
    const mine = session.namespace("mine");
    assertSame([mine.get("owner"), mine.get("n")], n === 1 ? [undefined, undefined] : [number, n - 1], `visitor ${number}, request ${n}:`);
    assertSame(session.user, n > 10 ? `user ${number}` : null);
    mine.update({ owner: number, n });
    if (n === 10) session.login(`user ${number}`);
    else if (random() % 16 === 0) session.rotate();
    await wander();
    await visitor.commit(session);
    const { id } = session;
    assert((handles.get(id) ?? number) === number, "two visitors share a handle");
    handles.set(id, number);
  }
}
