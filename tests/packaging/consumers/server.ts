// A Node.js server: its types and no DOM, the store on SQLite, and that store's tests.
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { createSessions, memoryStore } from "edge-session";
import { adminApi } from "edge-session/admin";
import { sqliteStore } from "edge-session/sqlite";
import { sweepEvery } from "edge-session/sweeper";
import { cookieJar, fakeClock, faultyStore, storeConformance } from "edge-session/testing";

const sessions = createSessions({ secrets: [process.env["SESSION_SECRET"] ?? ""], store: sqliteStore("sessions.db"), namespaces: { "shop.cart": { inspectable: true } } });

export const administered: Promise<Response> = adminApi(sessions, { token: process.env["ADMIN_TOKEN"] ?? "" })(new Request("http://localhost/admin/api/sessions"));

export const stop: () => void = sweepEvery(sessions, "10m");

createServer(async (request, response) => {
  const session = await sessions.open(request);
  session.data["visits"] = Number(session.data["visits"] ?? 0) + 1;
  const headers = new Headers();
  await sessions.commitTo(session, headers);
  response.setHeaders(headers).end(session.id);
});

storeConformance({ describe, it }, ({ now }) => sqliteStore(":memory:", { now }));

const clock = fakeClock();
export const underTest = { clock, jar: cookieJar(), store: faultyStore(memoryStore({ now: () => clock.now() })) };
