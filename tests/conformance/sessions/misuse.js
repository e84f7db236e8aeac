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

    for (const [what, call] of Object.entries(WITHOUT)) {
      it(`is_asked_in_vain_for_${what}`, () =>
        makeWorld().visitor().visit((session) => assertFails(async () => call(session), "value", new RegExp(`^${what}: `))));
    }

    for (const request of [undefined, null, {}, { headers: null }, "https://shop.example/"]) {
      it(`is_not_opened_from_${JSON.stringify(request)}`, async () => {
        const { sessions } = makeWorld({ thirdParty: ({ headers }) => headers.get("x-id") });
        await assertFails(() => sessions.open(request), "value", /^open: /);
        await assertFails(() => sessions.force("token", request), "value", /^force: /);
      });
    }

    for (const [how, answers] of [["commit", [null, {}]], ["flush", [null, {}]], ["commitTo", [undefined, {}]], ["flushTo", [undefined, {}]]]) {
      for (const answer of answers) {
        it(`is_not_written_by_${how}_where_nothing_can_carry_its_cookie_${JSON.stringify(answer)}`, async () => {
          const world = makeWorld();
          const session = (await world.visitor().open()).set("a", 1);
          await assertFails(() => world.sessions[how](session, answer), "value", new RegExp(`^${how}: `));
          assertSame([world.log, session.isNew], [[], true]);
        });
      }
    }

    it("is_updated_with_what_has_no_prototype", async () => {
      const visitor = makeWorld().visitor();
      await visitor.visit((session) => session.update(Object.assign(Object.create(null), { a: 1 })));
      assertSame(await visitor.see("a"), 1);
    });
  });
}

/** What lacks what it takes. */
const WITHOUT = {
  getOrCreate: (session) => session.getOrCreate("a"),
  path: (session) => session.path(),
};
