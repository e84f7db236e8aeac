// A user of a thousand sessions: what it costs to list them and to end them all.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as library from "edge-session";
import * as testing from "edge-session/testing";
import { memoryStorage } from "../conformance/sessions/storages.js";
import { World } from "../conformance/sessions/world.js";

const MANY = 1_000;

describe(`a user of ${MANY} sessions`, () => {
  it("is_signed_out_everywhere_by_one_write_at_the_next_request_and_listed_by_one_call", async () => {
    const world = new World({ library, testing, storage: memoryStorage(library) });
    const visitors = Array.from({ length: MANY }, () => world.visitor());
    for (const visitor of visitors) await visitor.visit((session) => session.login("ada"));
    world.clock.advance(1);
    const spent = async (action) => {
      const before = world.log.length;
      const result = await action();
      return [result, world.log.slice(before).map(({ kind }) => kind)];
    };
    const [listed, listing] = await spent(() => world.sessions.list({ user: "ada", limit: MANY }));
    assert.deepEqual([listed.sessions.length, listed.cursor, listing], [MANY, undefined, ["list", "read"]]);
    const unheard = library.createSessions(world.options); // whoever listens to ends is told of each: that takes a list
    const [, ending] = await spent(() => unheard.revokeUser("ada"));
    assert.deepEqual(ending, ["write"]);
    for (const visitor of visitors) assert.equal(await visitor.visit(({ user }) => user), null);
    assert.deepEqual((await world.sessions.list({ user: "ada" })).sessions, []);
  });
});
