import { assertSame } from "../assert.js";
import { partsIn } from "./parts.js";

/** Namespaces with a store of their own in requests that save before they answer. */
export function savedPartsSuite({ describe, it }, { makeWorld, library, testing }) {
  const { makeParts, load, see } = partsIn(makeWorld, { library, testing });

  describe("a namespace in a store of its own, where a request saves", () => {
    for (const act of ["set", "rotate"]) {
      it(`is_the_one_of_all_others_where_it_is_loaded_after_another_request_s_${act}`, async () => {
        const visitor = makeParts().visitor();
        await visitor.visit((session) => session.set("cart", 1));
        const old = visitor.twin();
        const slow = await old.open();
        await load(visitor, (vouchers) => vouchers.set("used", ["A1"]));
        await visitor.visit((session) => (act === "set" ? session.set("b", 2) : session.rotate()));
        await slow.set("seen", true).save();
        (await slow.load("vouchers")).set("later", true);
        await visitor.commit(slow);
        assertSame([await see(visitor), await visitor.see("seen")], [{ used: ["A1"], later: true }, true]);
      });
    }

    it("keeps_what_is_changed_while_a_save_is_under_way", async () => {
      const visitor = makeParts().visitor();
      const session = await visitor.open();
      const vouchers = await session.load("vouchers");
      vouchers.set("used", ["A1"]);
      const saving = session.save();
      vouchers.set("used", ["A1", "B2"]).set("later", 1);
      await visitor.commit(session);
      await saving;
      assertSame(await see(visitor), { used: ["A1", "B2"], later: 1 });
    });
  });
}
