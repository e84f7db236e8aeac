// Session objects under test: records written to them, their alarms and what they store.
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { durableObjectStore } from "edge-session/durable-object";
import { assert, assertSame } from "../conformance/assert.js";

export const HOUR = 3_600_000;
export const ONE = Uint8Array.of(1);
export const TWO = Uint8Array.of(2);

export function newKey() {
  return `s1:${crypto.randomUUID()}`;
}

/** A record of one byte that lives for an hour, and its object. */
export async function written(binding, { now = () => Date.now(), lives = true } = {}) {
  const key = newKey();
  const store = durableObjectStore(binding, { now });
  const writtenAt = now();
  const expiresAt = writtenAt + HOUR;
  await store.write(key, ONE, { expiresAt, lives });
  return { key, end: { id: key.slice(3), reason: "expired" }, store, writtenAt, expiresAt, stub: binding.getByName(key) };
}

export async function bytesOf(store, key) {
  const [record] = await store.read([key]);
  return record && [...record.bytes];
}

export function alarmOf(stub) {
  return runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
}

export async function ring(stub) {
  assert(await runDurableObjectAlarm(stub), "no alarm is set");
}

/** The object has no alarm, and not even an empty table. */
export async function assertStoresNothing(stub) {
  await runInDurableObject(stub, async (_, { storage }) => {
    const tables = storage.sql.exec("SELECT name FROM sqlite_master").toArray();
    assertSame([tables, await storage.getAlarm()], [[], null], "stored:");
  });
}

/** Runs `action` as if `ms` more had passed. */
export async function later(ms, action) {
  const real = Date.now;
  Date.now = () => real() + ms;
  try {
    return await action();
  } finally {
    Date.now = real;
  }
}
