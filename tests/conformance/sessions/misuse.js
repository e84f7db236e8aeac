import { assertFails, assertSame } from "../assert.js";

/** What is given is not what is taken: an error that says so, before anything is written. */
export function misuseSuite({ describe, it }, { makeWorld }) {
  describe("a session", () => {
    for (const values of [new Map([["a", 1]]), new URLSearchParams("a=1"), [1], new Date(), "a=1", null, undefined]) {
      it(`is_not_updated_with_${Object.prototype.toString.call(values)}`, () =>
        makeWorld().visitor().visit(async (session) => {
          for (const map of [session, session.namespace("cart")]) await assertFails(() => map.update(values), "value", /^update: /);
          assertSame(session.size, 0);
        }));
    }

    it("is_updated_with_what_has_no_prototype", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.update(Object.assign(Object.create(null), { a: 1 })));
      assertSame(await visitor.see("a"), 1);
    });
  });
}
