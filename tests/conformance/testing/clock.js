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

  it("while_time_elapses_everybody_wakes_at_the_time_meant_for_it", async () => {
    const clock = fakeClock(0);
    const woken = [];
    const sleep = (ms, name) => clock.sleep(ms).then(() => woken.push(`${name}@${clock.now()}`));
    const twice = sleep(10, "a").then(() => sleep(15, "a again"));
    const late = sleep(20, "b");
    await clock.elapse(30);
    assertSame(woken, ["a@10", "b@20", "a again@25"]);
    assertSame(clock.now(), 30);
    await Promise.all([twice, late]);
  });

  it("what_wakes_does_all_it_can_before_anybody_later_wakes", async () => {
    const clock = fakeClock(0);
    const slow = clock.sleep(10).then(settled).then(() => "first");
    const winner = Promise.race([slow, clock.sleep(11).then(() => "second")]);
    await clock.elapse(11);
    assertSame(await winner, "first");
  });

  it("who_is_only_about_to_sleep_when_time_elapses_sleeps_from_its_start", async () => {
    const clock = fakeClock(0);
    let woken;
    void settled().then(() => clock.sleep(5)).then(() => (woken = clock.now()));
    await clock.elapse(5);
    assertSame(woken, 5);
  });

  it("time_that_elapses_ends_where_it_must_and_never_goes_back", async () => {
    const clock = fakeClock(0);
    void clock.sleep(5).then(() => clock.advance(100));
    await clock.elapse(10);
    assertSame(clock.now(), 105);
    await clock.elapse(0);
    assertSame(clock.now(), 105);
  });
}
