import { type Promises, type Trial, assert, record } from "./trial.js";

const WRITERS = 20;

/** Of several writers of one record, none overwrites what it has not seen. */
export const compareAndSet: Promises = {
  async says_that_it_is_strongly_consistent({ store }) {
    assert(store.consistency === "strong", `a store with compare-and-set says ${store.consistency}`);
  },

  async the_version_that_was_read_is_the_version_that_may_write(trial) {
    await trial.write(trial.key(), record(1));
    assert(await trial.write(trial.key(), record(2), { version: await trial.version(trial.key()) }), "the write was refused");
    await trial.holds(trial.key(), record(2));
  },

  async an_older_version_is_refused_and_changes_nothing(trial) {
    await trial.write(trial.key(), record(1));
    const old = await trial.version(trial.key());
    await trial.write(trial.key(), record(2), { version: old });
    await refuses(trial, old);
    await trial.holds(trial.key(), record(2));
  },

  async every_write_makes_a_new_version_even_of_the_same_bytes(trial) {
    await trial.write(trial.key(), record(1));
    const old = await trial.version(trial.key());
    await trial.write(trial.key(), record(1));
    assert((await trial.version(trial.key())) !== old, "the version stayed");
    await refuses(trial, old);
  },

  async a_version_is_not_used_again_after_a_removal(trial) {
    const seen = new Set<string>();
    for (let round = 0; round < 10; round++) {
      await trial.write(trial.key(), record(round));
      const version = await trial.version(trial.key());
      assert(!seen.has(version), "a version came twice");
      seen.add(version);
      await trial.store.remove([trial.key()]);
    }
    await trial.write(trial.key(), record(99));
    for (const version of seen) await refuses(trial, version);
    await trial.holds(trial.key(), record(99));
  },

  async a_version_of_a_record_that_is_gone_writes_nothing(trial) {
    await trial.write(trial.key(), record(1));
    const old = await trial.version(trial.key());
    await trial.store.remove([trial.key()]);
    await refuses(trial, old);
    await trial.lacks(trial.key());
  },

  async a_version_of_another_kind_is_refused(trial) {
    await trial.write(trial.key(), record(1));
    const current = await trial.version(trial.key());
    const others = ["", "null", "x", `${current}x`, ` ${current}`, `0${current}`, `${current}.0`];
    for (const version of others) await refuses(trial, version);
    await trial.holds(trial.key(), record(1));
  },

  async a_key_that_must_not_exist_is_written_only_once(trial) {
    assert(await trial.write(trial.key(), record(1), { version: null }), "the first write was refused");
    assert(!(await trial.write(trial.key(), record(2), { version: null })), "the second write was taken");
    await trial.holds(trial.key(), record(1));
    await trial.store.remove([trial.key()]);
    assert(await trial.write(trial.key(), record(3), { version: null }), "a removed key counts as existing");
  },

  async without_a_version_a_write_always_succeeds(trial) {
    for (const number of [1, 2]) assert(await trial.write(trial.key(), record(number)), "the write was refused");
    await trial.holds(trial.key(), record(2));
  },

  async of_parallel_creators_exactly_one_wins(trial) {
    const create = (_: unknown, number: number) => trial.write(trial.key(), record(number), { version: null });
    const won = await Promise.all(Array.from({ length: WRITERS }, create));
    assert(won.filter(Boolean).length === 1, `${won.filter(Boolean).length} of ${WRITERS} creators won`);
    await trial.holds(trial.key(), record(won.indexOf(true)));
  },

  async of_parallel_writers_none_loses_its_change(trial) {
    await trial.write(trial.key(), new Uint8Array(WRITERS));
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => addOne(trial, writer)));
    await trial.holds(trial.key(), new Uint8Array(WRITERS).fill(1));
  },
};

async function refuses(trial: Trial, version: string): Promise<void> {
  assert(!(await trial.write(trial.key(), record(255), { version })), `the version ${JSON.stringify(version)} was taken`);
}

/** Reads, changes and writes until the write is taken. With every round one writer is done, so rounds are few. */
async function addOne(trial: Trial, writer: number): Promise<void> {
  for (let round = 0; round <= WRITERS; round++) {
    const current = await trial.read(trial.key());
    const version = current?.version;
    assert(current !== null && version !== undefined, "the record is missing, or has no version");
    const bytes = new Uint8Array(current.bytes);
    bytes[writer] = (bytes[writer] ?? 0) + 1;
    if (await trial.write(trial.key(), bytes, { version })) return;
  }
  throw new Error("a writer was refused more often than there are others");
}
