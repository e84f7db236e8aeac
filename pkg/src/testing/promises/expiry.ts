import { type Promises, type Trial, assert, record } from "./trial.js";

/** A record is served until its time, and never after. */
export const expiry: Promises = {
  async a_record_is_served_until_its_time_and_not_at_it(trial) {
    await trial.write(trial.key(), record(1), within(trial, 10_000));
    trial.clock.advance(9_999);
    await trial.holds(trial.key(), record(1));
    trial.clock.advance(1);
    await trial.lacks(trial.key());
    trial.clock.advance(1_000_000);
    await trial.lacks(trial.key());
  },

  async a_later_write_moves_the_time_either_way(trial) {
    await trial.write(trial.key("longer"), record(1), within(trial, 10_000));
    await trial.write(trial.key("longer"), record(1), within(trial, 30_000));
    await trial.write(trial.key("shorter"), record(1), within(trial, 30_000));
    await trial.write(trial.key("shorter"), record(1), within(trial, 10_000));
    trial.clock.advance(20_000);
    await trial.holds(trial.key("longer"), record(1));
    await trial.lacks(trial.key("shorter"));
  },

  async a_record_without_end_stays(trial) {
    await trial.write(trial.key(), record(1), { expiresAt: Infinity });
    trial.clock.advance(50 * 365 * 86_400_000);
    await trial.holds(trial.key(), record(1));
  },
};

/** To a store with compare-and-set an expired record is none. */
export const expiryOfVersions: Promises = {
  async an_expired_record_does_not_keep_its_key_from_being_created(trial) {
    await trial.write(trial.key(), record(1), within(trial, 10_000));
    assert(!(await trial.write(trial.key(), record(2), { version: null })), "a live record was overwritten");
    trial.clock.advance(10_000);
    assert(await trial.write(trial.key(), record(3), { version: null }), "an expired record counts as existing");
    await trial.holds(trial.key(), record(3));
  },

  async an_expired_record_is_not_revived_by_its_version(trial) {
    await trial.write(trial.key(), record(1), within(trial, 10_000));
    const version = await trial.version(trial.key());
    trial.clock.advance(10_000);
    assert(!(await trial.write(trial.key(), record(2), { version })), "an expired record was replaced");
    await trial.lacks(trial.key());
  },
};

/** Listings and time. */
export const expiryInListings: Promises = {
  async an_expired_record_is_not_listed(trial) {
    await trial.write(trial.key("a"), record(1), within(trial, 10_000));
    await trial.write(trial.key("b"), record(1), within(trial, 20_000));
    trial.clock.advance(10_000);
    const page = await trial.store.list?.(trial.prefix, { limit: 10 });
    assert(page?.keys.length === 1 && page.keys[0]?.key === trial.key("b"), "the listing is not that of the live records");
  },
};

/** Sweeping. */
export const sweep: Promises = {
  async a_sweep_drops_what_has_expired_and_only_that(trial) {
    for (let number = 0; number < 5; number++) await trial.write(trial.key(number), record(number), within(trial, 10_000));
    await trial.write(trial.key("live"), record(9), within(trial, 10_001));
    trial.clock.advance(10_000);
    const swept = await trial.store.sweep?.(trial.clock.now());
    assert(swept !== undefined && swept >= 5, `${swept} records were swept instead of 5`);
    assert((await trial.store.sweep?.(trial.clock.now())) === 0, "a second sweep found more");
    await trial.holds(trial.key("live"), record(9));
    await trial.lacks(trial.key(0));
  },

  async a_sweep_of_many_drops_all(trial) {
    for (let number = 0; number < 1_300; number++) await trial.write(trial.key(number), record(1), within(trial, 1));
    trial.clock.advance(1);
    const swept = await trial.store.sweep?.(trial.clock.now());
    assert(swept !== undefined && swept >= 1_300, `${swept} records were swept instead of 1300`);
  },
};

/** A sweep says which sessions are over. */
export const telling: Promises = {
  async a_sweep_tells_of_each_record_that_lived_to_the_end_once(trial) {
    const write = (name: string | number, lives: boolean | undefined, ms: number) =>
      trial.write(trial.key(name), record(1), { ...within(trial, ms), ...(lives !== undefined && { lives }) });
    for (let number = 0; number < 1_100; number++) await write(number, true, 1);
    for (const [name, before, after] of [["ended", true, false], ["no longer said", true, undefined]] as const) {
      await write(name, before, 1);
      await write(name, after, 1);
    }
    await write("unsaid", undefined, 1);
    await write("lasting", true, 10);
    trial.clock.advance(1);
    const told: string[] = [];
    const swept = await trial.store.sweep?.(trial.clock.now(), (key) => told.push(key));
    assert(swept !== undefined && swept >= 1_103, `${swept} records were swept instead of 1103`);
    const expected = Array.from({ length: 1_100 }, (_, number) => trial.key(number)).sort();
    const mine = told.filter((key) => key.startsWith(trial.prefix)).sort();
    assert(mine.join() === expected.join(), `${mine.length} records were told of instead of 1100`);
    await trial.holds(trial.key("lasting"), record(1));
  },
};

function within(trial: Trial, ms: number): { expiresAt: number } {
  return { expiresAt: trial.clock.now() + ms };
}
