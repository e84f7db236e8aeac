import { type Promises, assert, assertBytes, record } from "./trial.js";

/** What is written is read, and nothing else. */
export const records: Promises = {
  async a_record_comes_back_byte_for_byte(trial) {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    assert(await trial.write(trial.key(), bytes), "the write was refused");
    await trial.holds(trial.key(), bytes);
  },

  async only_the_bytes_in_view_are_written(trial) {
    await trial.write(trial.key(), Uint8Array.of(9, 9, 1, 2, 9).subarray(2, 4));
    await trial.holds(trial.key(), Uint8Array.of(1, 2));
  },

  async an_empty_record_is_a_record(trial) {
    await trial.write(trial.key(), new Uint8Array(0));
    await trial.holds(trial.key(), new Uint8Array(0));
  },

  async a_record_of_one_mebibyte_comes_back(trial) {
    const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, at) => (at * 31) >> 3);
    await trial.write(trial.key(), bytes);
    await trial.holds(trial.key(), bytes);
  },

  async a_missing_key_is_null(trial) {
    await trial.lacks(trial.key());
  },

  async records_come_in_the_order_of_the_keys_with_null_for_a_missing_one(trial) {
    await trial.write(trial.key("a"), record(1));
    await trial.write(trial.key("b"), record(2));
    const answers = await trial.store.read(["b", "missing", "a"].map((name) => trial.key(name)));
    assert(answers.length === 3 && answers[1] === null, "not one answer per key");
    assertBytes(answers[0]?.bytes, record(2));
    assertBytes(answers[2]?.bytes, record(1));
  },

  async reading_no_key_gives_no_record(trial) {
    assert((await trial.store.read([])).length === 0, "records came from nowhere");
  },

  async a_write_replaces_the_whole_record(trial) {
    await trial.write(trial.key(), new Uint8Array(1_000).fill(1));
    await trial.write(trial.key(), record(2));
    await trial.holds(trial.key(), record(2));
  },

  async bytes_changed_after_the_write_do_not_change_the_record(trial) {
    const bytes = record(1);
    await trial.write(trial.key(), bytes);
    bytes.fill(9);
    await trial.holds(trial.key(), record(1));
  },

  async meta_is_taken_and_does_not_change_the_record(trial) {
    assert(await trial.write(trial.key(), record(1), { meta: { user: "u1", created: 1 } }), "the write was refused");
    await trial.holds(trial.key(), record(1));
  },

  async keys_are_told_apart_by_every_character(trial) {
    const names = ["a", "A", "aa", "a_", "a-", "1", "10", "01", "__proto__"];
    for (const [at, name] of names.entries()) await trial.write(trial.key(name), record(at));
    for (const [at, name] of names.entries()) await trial.holds(trial.key(name), record(at));
  },

  async keys_that_are_words_of_the_language_are_keys(trial) {
    const keys = ["constructor", "toString", "a12345", "s1:12345", "s1:0"];
    await trial.store.remove(keys);
    for (const key of keys) await trial.lacks(key);
    for (const [at, key] of keys.entries()) await trial.write(key, record(at));
    for (const [at, key] of keys.entries()) await trial.holds(key, record(at));
    await trial.store.remove(keys);
  },

  async a_key_may_have_eighty_characters(trial) {
    const [a, b] = ["a", "b"].map((end) => `${trial.prefix}${"x".repeat(79 - trial.prefix.length)}${end}`) as [string, string];
    await trial.write(a, record(1));
    await trial.write(b, record(2));
    await trial.holds(a, record(1));
    await trial.holds(b, record(2));
  },

  async parallel_writes_of_different_keys_all_arrive(trial) {
    const numbers = Array.from({ length: 20 }, (_, number) => number);
    await Promise.all(numbers.map((number) => trial.write(trial.key(number), record(number))));
    const answers = await trial.store.read(numbers.map((number) => trial.key(number)));
    for (const number of numbers) assertBytes(answers[number]?.bytes, record(number));
  },

  async removed_records_are_gone_and_the_others_stay(trial) {
    for (const name of ["a", "b", "c"]) await trial.write(trial.key(name), record(1));
    await trial.store.remove([trial.key("a"), trial.key("c")]);
    await trial.lacks(trial.key("a"));
    await trial.lacks(trial.key("c"));
    await trial.holds(trial.key("b"), record(1));
  },

  async removing_what_is_not_there_is_no_error(trial) {
    await trial.store.remove([]);
    await trial.store.remove([trial.key()]);
    await trial.write(trial.key(), record(1));
    await trial.store.remove([trial.key()]);
    await trial.store.remove([trial.key()]);
    await trial.lacks(trial.key());
  },

  async a_removed_key_can_be_written_again(trial) {
    await trial.write(trial.key(), record(1));
    await trial.store.remove([trial.key()]);
    assert(await trial.write(trial.key(), record(2)), "the write was refused");
    await trial.holds(trial.key(), record(2));
  },
};
