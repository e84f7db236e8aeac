import { assert, assertFails, assertSame } from "../assert.js";
import { SITE } from "./world.js";

/** More than the core may ever hold: it cannot be allocated, so the core traps. */
const TOO_LONG = 512 * 1024 * 1024;

/**
 * A trap in the core, real ones: it runs out of memory because a value lies about its length. What a caller can pass in
 * such a way are a store's bytes.
 */
export function trapsSuite({ describe, it }, { makeWorld }) {
  describe("a core that traps", () => {
    for (const [name, trap] of Object.entries(TRAPS)) {
      it(`${name}_fails_only_that_request_as_internal`, async () => {
        const world = makeWorld();
        const visitor = await world.regular({ n: 1 });
        const [flying, fresh, victim] = [await visitor.open(), await world.visitor().open(), await world.regular({ n: 5 })];
        const newcomer = world.visitor();

        const error = await trap(world, victim);
        assert(error.cause instanceof WebAssembly.RuntimeError, "not a trap of WebAssembly");

        await visitor.commit(flying.set("n", 2));
        await newcomer.commit(fresh.set("n", 3));
        assert(flying.toJSON().modifiedAt !== null && fresh.id.length === 43, "metadata is gone");
        assertSame([await visitor.see("n"), await newcomer.see("n"), await victim.see("n")], [2, 3, 5]);
      });
    }

    it("again_and_again_leaves_every_application_in_the_process_working", async () => {
      const worlds = [makeWorld(), makeWorld({ lifetime: "aal1" }), makeWorld({ cookie: { name: "sid" } })];
      const visitors = await Promise.all(worlds.map((world) => world.regular({ n: 0 })));
      for (let round = 1; round <= 30; round += 1) {
        const at = round % 3;
        const flying = await visitors[(at + 1) % 3].open();
        await TRAPS.when_it_loads(worlds[at], visitors[at]);
        await visitors[(at + 1) % 3].commit(flying.set("n", round));
      }
      assertSame(await Promise.all(visitors.map((visitor) => visitor.see("n"))), [29, 30, 28].map((n, at) => expected(at, n)));
    });

    it("and_cannot_be_restarted_at_first_is_restarted_at_a_later_request", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ n: 1 });
      const flying = await visitor.open();
      await TRAPS.when_it_loads(world, visitor);
      const { Instance } = WebAssembly;
      WebAssembly.Instance = function () {
        throw new RangeError("WebAssembly.Instance(): Out of memory: Cannot allocate Wasm memory for new instance");
      };
      try {
        await assertFails(() => visitor.open(), "internal");
      } finally {
        WebAssembly.Instance = Instance;
      }
      await visitor.commit(flying.set("n", 2));
      assertSame(await visitor.see("n"), 2);
    });

    it("because_the_stack_ran_out_works_again_where_there_is_room", async () => {
      const world = makeWorld();
      const visitor = await world.regular({ n: 1 });
      const session = await visitor.open();
      const ends = [];
      // At some depth the stack ends, a little higher inside the core, and higher still there is room again.
      const dive = () => {
        try {
          dive();
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
        }
        if (ends.at(-1) !== 43) ends.push(endOf(() => session.id.length));
      };
      dive();
      assert(ends.length > 1 && ends.at(-1) === 43, `the stack never ran out, or for good: ${[...new Set(ends)]}`);
      assertSame(await visitor.see("n"), 1);
    });
  });
}

/** What `action` gives, or the code of its error. */
function endOf(action) {
  try {
    return action();
  } catch ({ code, name }) {
    return code ?? name;
  }
}

/** The last round in which an application's visitor was in flight. */
function expected(at, fallback) {
  let last = fallback;
  for (let round = 1; round <= 30; round += 1) if ((round + 1) % 3 === at) last = round;
  return last;
}

const TRAPS = {
  when_it_loads: async (world, victim) => {
    world.store.fail("read", { how: () => [{ bytes: new Lying(100), version: "1" }] });
    const error = await assertFails(() => victim.open(), "internal");
    world.store.heal();
    return error;
  },
  when_it_commits: async (world, victim) => {
    const bytes = await stored(world, victim);
    world.store.fail("read", { how: () => [{ bytes, version: "stale" }] });
    const session = await victim.open();
    bytes.lies = true;
    session.set("n", 6);
    const error = await assertFails(() => victim.commit(session), "internal");
    world.store.heal();
    return error;
  },
};

/** Bytes that say they are more than they are. */
class Lying extends Uint8Array {
  lies = true;
  get length() {
    return this.lies ? TOO_LONG : super.length;
  }
}

/** The visitor's record, in bytes that can be made to lie. */
async function stored(world, victim) {
  const [{ bytes }] = await world.store.read([`s1:${(await victim.open()).id}`]);
  const lying = new Lying(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  lying.lies = false;
  return lying;
}
