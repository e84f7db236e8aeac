import { describe, it } from "node:test";
import { fakeClock } from "edge-session/testing";
import { Leads } from "../../pkg/dist/leads.js";
import { Time } from "../../pkg/dist/time.js";
import { assertSame } from "../conformance/assert.js";

const PATIENCE = 5_000;

describe("a session that is led to another id", () => {
  it("twice_at_once_is_waited_for_until_the_second_is_done_and_was_led_on_since_the_first_is", async () => {
    const { clock, leads } = makeLeads();
    const [first, second] = [Promise.withResolvers(), Promise.withResolvers()];
    const leading = [leads.during("key", first.promise), leads.during("key", second.promise)];
    assertSame(leads.isDoneSince("key", 0), false);
    clock.advance(1);
    first.resolve();
    await leading[0];
    assertSame([leads.underWay("key") !== undefined, leads.isDoneSince("key", 1), leads.isDoneSince("key", 2)], [true, true, false]);
    clock.advance(1);
    second.resolve();
    await leading[1];
    assertSame([leads.underWay("key"), leads.isDoneSince("key", 2)], [undefined, true]);
  });

  it("by_a_request_that_was_cancelled_is_waited_for_no_longer_than_that_may_take", () => {
    const { clock, leads } = makeLeads();
    void leads.during("key", new Promise(() => {}));
    clock.advance(PATIENCE - 1);
    assertSame(leads.underWay("key") !== undefined, true);
    clock.advance(1);
    assertSame([leads.underWay("key"), leads.isDoneSince("key", 0)], [undefined, false]);
  });
});

function makeLeads() {
  const clock = fakeClock(0);
  return { clock, leads: new Leads(new Time(clock), PATIENCE) };
}
