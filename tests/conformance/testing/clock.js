import { assertSame } from "../assert.js";
import { settled } from "./settled.js";

export function clockSuite(it, { fakeClock }) {
  it("it_stands_still_until_it_is_moved", () => {
    const clock = fakeClock();
    assertSame(clock.now(), Date.UTC(2027, 0, 1));
    clock.advance(1_500);
    assertSame(clock.now(), Date.UTC(2027, 0, 1) + 1_500);
    assertSame(fakeClock(new Date(5)).now(), 5);
  });

  it("sleepers_wake_in_the_order_of_their_times_and_not_before", async () => {
    const clock = fakeClock(0);
    const woken = [];
    const sleep = (ms, name) => clock.sleep(ms).then(() => woken.push(`${name}@${clock.now()}`));
    const sleeping = [sleep(30, "c"), sleep(10, "a"), sleep(10, "b"), sleep(31, "late"), sleep(0, "now")];
    await settled();
    assertSame(woken, ["now@0"]);
    clock.advance(9);
    await settled();
    assertSame(woken, ["now@0"]);
    clock.advance(21);
    await settled();
    assertSame(woken, ["now@0", "a@30", "b@30", "c@30"]);
    clock.advance(1);
    await Promise.all(sleeping);
    assertSame(woken.at(-1), "late@31");
  });
}
