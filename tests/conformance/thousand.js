import { assertSame } from "./assert.js";
import { SECRET, SITE, requestWith } from "./sessions/world.js";

const REQUESTS = 1_000;

/**
 * What a store with compare-and-set promises: no parallel write is lost.
 *
 * @param stores by name, how to make each
 */
export function thousandSuite({ describe, it }, { createSessions }, { cookieJar }, stores) {
  describe("a thousand requests of one session at once, each with a key of its own", () => {
    for (const [name, makeStore] of Object.entries(stores)) {
      it(`all_keys_are_there_afterwards_on_${name}`, async () => {
        // A thousand calls at once may take a busy machine longer than the default allows for one.
        const sessions = createSessions({ secrets: [SECRET], store: makeStore(), storeTimeout: "60s" });
        const jar = cookieJar();
        const request = async (key) => {
          const session = await sessions.open(requestWith(jar.header(SITE) ?? ""));
          const headers = new Headers();
          await sessions.commitTo(session.set(key, key), headers);
          return headers;
        };
        jar.store(SITE, await request("first"));
        const keys = Array.from({ length: REQUESTS }, (_, number) => `key${number}`);
        await Promise.all(keys.map(request));
        const session = await sessions.open(requestWith(jar.header(SITE)));
        assertSame([...session.keys()].sort(), ["first", ...keys].sort());
      });
    }
  });
}
