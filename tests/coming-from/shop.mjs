// What the tests here play in: an application in memory, on a clock that stands still, and visitors with a browser's cookies.
import assert from "node:assert/strict";
import * as library from "edge-session";
import * as testing from "edge-session/testing";
import { memoryStorage } from "../conformance/sessions/storages.js";
import { requestWith, SITE, World } from "../conformance/sessions/world.js";

export { DAY, HOUR, MINUTE, OTHER_SECRET, requestWith, SECOND, SECRET, SITE } from "../conformance/sessions/world.js";

/** An application with these options. */
export function newShop(options) {
  return new World({ library, testing, storage: memoryStorage(library) }, options);
}

/** A request without a session. */
export const newcomer = () => requestWith("");

/** A request with this token as its cookie. */
export const withToken = (token, url = SITE) => requestWith(`__Host-session=${token}`, url);

/** The attributes of the cookie that a new session sets, the value left out. */
export async function cookieOf(options, url) {
  const visitor = newShop(options).visitor(undefined, url);
  await visitor.visit((session) => session.set("a", 1));
  const [line, ...more] = visitor.sent;
  assert.deepEqual(more, []);
  return line.replace(/=[^;]+/, "=…");
}

/** What `action` fails with: a `SessionError` of this code whose message matches. */
export async function fails(action, code, message) {
  await assert.rejects(async () => action(), (error) => {
    assert.deepEqual([error.name, error.code], ["SessionError", code], error.stack);
    if (message !== undefined) assert.match(error.message, message);
    return true;
  });
}
