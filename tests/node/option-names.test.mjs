import { describe, it } from "node:test";
import { createSessions, kvStore, memoryStore, tieredStore } from "edge-session";
import { adminApi } from "edge-session/admin";
import { d1Store } from "edge-session/d1";
import { sessionHtml } from "edge-session/html";
import { redisStore } from "edge-session/redis";
import { sqliteStore } from "edge-session/sqlite";
import { sweepEvery } from "edge-session/sweeper";
import { cookieJar, kvLocations, storeConformance, testSession, testSessions } from "edge-session/testing";
import { assert, assertFails } from "../conformance/assert.js";

const secrets = ["2b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfe"];
const makeSessions = () => createSessions({ secrets, store: memoryStore() });
const open = () => makeSessions().open({ headers: {} });
const binding = { get() {}, put() {}, delete() {}, list() {}, prepare() {}, batch() {} };
const client = { sendCommand() {}, withTypeMapping() {} };

/** Each with options of which one is misspelt. */
const CALLS = {
  createSessions: (typo) => createSessions({ secrets, store: memoryStore(), ...typo }),
  kvStore: (typo) => kvStore(binding, typo),
  memoryStore: (typo) => memoryStore(typo),
  tieredStore: (typo) => tieredStore({ cache: kvStore(binding), authority: memoryStore(), ...typo }),
  d1Store: (typo) => d1Store(binding, typo),
  redisStore: (typo) => redisStore(client, typo),
  sqliteStore: (typo) => sqliteStore(":memory:", typo),
  adminApi: (typo) => adminApi(makeSessions(), { token: secrets[0], ...typo }),
  sessionHtml: (typo) => sessionHtml(new Response(null), null, typo),
  sweepEvery: (typo) => sweepEvery(makeSessions(), "1h", typo)(),
  testSession: (typo) => testSession({}, typo),
  testSessions: (typo) => testSessions(undefined, typo),
  cookieJar: (typo) => cookieJar(typo),
  kvLocations: (typo) => kvLocations(typo),
  storeConformance: (typo) => storeConformance({ describe() {}, it() {} }, () => memoryStore(), typo),
};
const METHODS = {
  open: (typo) => makeSessions().open({ headers: {} }, typo),
  force: (typo) => makeSessions().force("", { headers: {} }, typo),
  session: (typo) => makeSessions().handle((_, { session }) => session(typo))(new Request("https://shop.example/"), {}, {}),
  list: (typo) => makeSessions().list(typo),
  revokeUser: (typo) => makeSessions().revokeUser("ada", typo),
  create: (typo) => makeSessions().create("id", {}, typo),
  login: async (typo) => (await open()).login("ada", typo),
  logout: async (typo) => (await open()).logout(typo),
  isFresh: async (typo) => (await open()).isFresh("15m", typo),
  requireFresh: async (typo) => (await open()).requireFresh("15m", typo),
};

describe("an option that there is not", () => {
  for (const [calls, code] of [[CALLS, "config"], [METHODS, "value"]]) {
    for (const [name, call] of Object.entries(calls)) {
      it(`is_refused_by_its_name_by_${name}`, async () => {
        const { message } = await assertFails(async () => call({ misspelt: 1 }), code);
        assert(message.includes("misspelt"), message);
      });
    }
  }
});
