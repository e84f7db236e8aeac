import assert from "node:assert/strict";
import { describe, it, mock } from "node:test";
import { createSessions, memoryStore, tieredStore } from "edge-session";
import { SECRET, requestWith } from "../conformance/sessions/world.js";

/** A store in this process, whose calls fail at once, without a promise. */
function failing(store) {
  let fails = false;
  const orFail = (method) => (...asked) => {
    if (fails) throw new Error("it is down");
    return store[method](...asked);
  };
  const methods = { read: orFail("read"), write: orFail("write"), remove: orFail("remove") };
  return { consistency: "strong", ...methods, fail: () => (fails = true) };
}

describe("tieredStore", () => {
  it("of_which_both_tiers_fail_at_once_fails_once", async () => {
    const [cache, authority] = [failing(memoryStore()), failing(memoryStore())];
    const store = tieredStore({ cache, authority });
    cache.fail();
    authority.fail();
    await assert.rejects(store.read(["s1:a", "u1:a"]), /it is down/);
    // A rejection that nobody handles is told by then, and fails the test.
    await new Promise(setImmediate);
  });

  it("a_sign_in_holds_that_the_authority_has_and_the_cache_refuses", async (t) => {
    const authority = failing(memoryStore());
    const refuse = () => {
      authority.fail();
      throw Object.assign(new Error("429"), { retryable: true });
    };
    const cache = { ...failing(memoryStore()), consistency: "eventual", write: refuse };
    const sessions = createSessions({ secrets: [SECRET], store: tieredStore({ cache, authority }) });
    const session = await sessions.open(requestWith(""));
    session.login("ada");
    mock.timers.enable({ apis: ["setTimeout"] });
    t.after(() => mock.timers.reset());
    let done = false;
    const committed = sessions.commit(session).finally(() => (done = true));
    for (committed.catch(() => {}); !done; await new Promise(setImmediate)) mock.timers.tick(100);
    assert.equal((await committed).headers.getSetCookie().length, 1);
  });
});
