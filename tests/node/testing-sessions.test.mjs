import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { createSessions, kvStore } from "edge-session";
import { fakeClock, kvLocations, testSession, testSessions } from "edge-session/testing";

const HOUR = 3_600_000;

describe("testSession", () => {
  it("is_a_session_as_a_request_finds_it_with_values_namespaces_and_user", async () => {
    const cart = [{ sku: "A1", when: new Date(0) }];
    const session = await testSession({ cart }, { user: "ada", level: "aal2", device: "a test", namespaces: { "shop.wishes": { n: 1 } } });
    assert.deepEqual(session.get("cart"), cart);
    assert.notEqual(session.get("cart"), cart);
    assert.equal(session.path("shop.wishes/n"), 1);
    assert.deepEqual([session.user, session.level, session.toJSON().device, session.isNew], ["ada", "aal2", "a test", false]);
  });

  it("can_do_what_a_session_can", async () => {
    const session = await testSession({ cart: [] }, { user: "ada" });
    session.get("cart").push(1);
    assert.equal(session.verifyCsrf(session.csrfToken()), true);
    await session.save();
    session.logout();
    await session.save();
    assert.deepEqual([session.get("cart"), session.user], [[1], null]);
    session.destroy();
    assert.throws(() => session.get("cart"), { code: "destroyed" });
  });

  it("is_a_new_visitor_s_when_nothing_is_said", async () => {
    const session = await testSession();
    assert.deepEqual([session.isNew, session.size, session.user], [true, 0, null]);
  });

  it("refuses_what_an_application_refuses", async () => {
    await assert.rejects(testSession({ cart: () => 1 }), { code: "value" });
    await assert.rejects(testSession({ text: "x".repeat(2_000) }, { options: { maxBytes: 1_024 } }), { code: "too-large" });
    await assert.rejects(testSession({}, { options: { colour: "red" } }), { code: "config", message: /colour/ });
  });

  it("shares_nothing_with_another_one", async () => {
    const [a, b] = [await testSession({ n: 1 }), await testSession({ n: 2 })];
    assert.notEqual(a.id, b.id);
    assert.equal(a.verifyCsrf(b.csrfToken()), false);
  });
});

describe("testSessions", () => {
  const counter = async (_, { session }) => {
    const s = await session();
    return new Response(String(s.set("n", (s.get("n") ?? 0) + 1).get("n")));
  };
  const body = async (response) => (await response).text();

  it("gives_visitors_with_cookies_of_their_own", async () => {
    const { visit, visitor } = testSessions(counter);
    const other = visitor();
    assert.deepEqual([await body(visit("/")), await body(visit("a/b?c")), await body(other("/"))], ["1", "2", "1"]);
    assert.equal((await visit.session()).get("n"), 2);
    visit.jar.restart();
    assert.equal(await visit.session(), null);
    assert.equal((await other.session()).get("n"), 1);
  });

  it("looks_at_a_session_without_changing_anything", async () => {
    const { visit, clock } = testSessions(counter);
    assert.equal(await visit.session(), null);
    await visit("/");
    clock.advance(HOUR - 1);
    for (let look = 0; look < 3; look++) assert.equal((await visit.session()).get("n"), 1);
    clock.advance(2 * 60_000);
    assert.equal(await visit.session(), null, "looking has prolonged its life");
  });

  it("has_the_time_in_hand_down_to_the_store", async () => {
    const { visit, sessions, clock } = testSessions(counter, { lifetime: { idle: "1h", absolute: "1h" } });
    const ends = [];
    sessions.on("end", (end) => ends.push(end.reason));
    await visit("/");
    clock.advance(HOUR - 1);
    assert.equal((await visit.session()).get("n"), 1);
    clock.advance(1);
    assert.equal(await sessions.sweep(), 1);
    assert.deepEqual([ends, await body(visit("/"))], [["expired"], "1"]);
  });

  it("gives_the_handler_its_environment_and_waits_for_what_is_left_behind", async () => {
    const done = [];
    const later = async (name) => (await undefined, done.push(name));
    const { visit, settled } = testSessions((_, { env, ctx }) => {
      ctx.waitUntil(later("first").then(() => ctx.waitUntil(later("second"))));
      return new Response(env.name);
    }, { env: { name: "test" } });
    assert.equal(await body(visit("/")), "test");
    await settled();
    assert.deepEqual(done, ["first", "second"]);
  });

  it("takes_a_store_a_clock_and_a_place_of_the_test_s_own", async () => {
    const clock = fakeClock(Date.now());
    const store = kvStore(kvLocations({ clock }).location("here"));
    const { visit, settled, sessions } = testSessions(counter, { clock, store, url: "http://localhost:8787/app/", writeInterval: 0 });
    assert.equal(await body(visit("x")), "1");
    await settled();
    assert.equal(visit.jar.cookies()[0].name, "session");
    const { id } = await visit.session();
    assert.notEqual((await store.read([`s1:${id}`]))[0], null);
    assert.equal(typeof sessions.handle, typeof createSessions);
  });
});

describe("docs/testing.md", () => {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  const examples = readFileSync(`${root}docs/testing.md`, "utf8").split("```js\n").slice(1).map((part) => part.split("```")[0]);

  it("has_examples_that_hold", () => {
    assert.ok(examples.length >= 4);
    for (const [number, example] of examples.entries()) {
      assert.match(example, /assert\.(equal|deepEqual)/, `example ${number + 1} shows nothing`);
      // Names of packages are looked up from the root, as those of an application are from its own.
      const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-"], { cwd: root, input: example, encoding: "utf8" });
      assert.equal(status, 0, `example ${number + 1}:\n${stderr}`);
    }
  });
});
