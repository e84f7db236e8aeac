import { assert, assertFails, assertSame } from "./assert.js";
import { MINUTE, SECRET, World, assertTurnedAway } from "./sessions/world.js";

const TOKEN = "pO5kQ0h2r8m1W7c3Zt9vXy4BnLd6FsGj-aUeIoKqRwE";
const SITE = "https://shop.example";
const NAMESPACES = { "shop.cart": { inspectable: true } };
/** Some storages are the same one in every test: each has a user of its own, and other sessions may be there. */
let users = 0;
const NOBODY = "A".repeat(43);

/**
 * The administration over HTTP, in any runtime that has `Request` and `Response`.
 *
 * @param edgeSession what `edge-session`, `edge-session/admin` and `edge-session/testing` export
 */
export function adminSuite({ describe, it }, { library, admin, testing }, storage) {
  /** Ada with two devices and a visitor who is nobody, and an administrator to ask. */
  async function administered(options) {
    const world = new World({ library, testing, storage }, { namespaces: NAMESPACES });
    const handler = admin.adminApi(world.sessions, { token: TOKEN, store: "a test's", ...options });
    const ada = `ada & ${(users += 1)}`;
    const [phone, desk, nobody] = [world.visitor(), world.visitor(), world.visitor()];
    await phone.visit((session) => session.login(ada, { device: "phone" }));
    await desk.visit((session) => {
      session.login(ada, { device: "desk" });
      session.namespace("shop.cart").set("at", new Date(5));
      session.set("color", "needle");
    });
    await nobody.visit((session) => session.set("a", 1));
    world.clock.advance(MINUTE);
    const ask = (method, path, headers = {}) =>
      handler(new Request(`${SITE}/admin/api${path}`, { method, headers: { authorization: `Bearer ${TOKEN}`, ...headers } }));
    return { world, handler, ask, ada, phone, desk, nobody };
  }

  async function json(response, status = 200) {
    const text = await response.text();
    assertSame(response.status, status, text);
    assertSame(response.headers.get("content-type"), "application/json; charset=utf-8");
    return JSON.parse(text);
  }

  const idOf = (visitor) => visitor.visit(({ id }) => id);

  describe(`the administration's API on ${storage.name}`, () => {
    it("lists_everybodys_sessions_and_a_users_page_by_page", async () => {
      const { ask, ada, phone, desk, nobody } = await administered();
      const all = async (query) => {
        const found = [];
        for (let cursor; ; ) {
          const page = await json(await ask("GET", `/sessions?limit=1${query}${cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`}`));
          assertSame(page.store, "a test's");
          found.push(...page.sessions);
          if ((cursor = page.cursor) === undefined) return found;
        }
      };
      const [one, two, three] = [await idOf(phone), await idOf(desk), await idOf(nobody)];
      const everybody = await all("");
      for (const id of [one, two, three]) assert(everybody.some((session) => session.id === id), `${id} is not listed`);
      const listed = await all(`&user=${encodeURIComponent(ada)}`);
      for (const [id, device] of [[one, "phone"], [two, "desk"]]) {
        assertSame(listed.filter((session) => session.id === id).map((session) => [session.user, session.device]), [[ada, device]]);
      }
      assertSame(await all("&user=nobody"), []);
    });

    it("shows_one_with_what_may_be_seen_of_it_and_nothing_else", async () => {
      const { ask, ada, desk } = await administered();
      const id = await idOf(desk);
      const found = await json(await ask("GET", `/sessions/${id}`));
      assertSame([found.id, found.user, found.device, found.store], [id, ada, "desk", "a test's"]);
      assertSame([found.values, found.hidden], [{ "shop.cart": { at: { $date: 5 } } }, ["default"]]);
      assert(!JSON.stringify(found).includes("needle"), "a hidden value");
    });

    it("ends_one_which_is_turned_away_at_its_next_request", async () => {
      const { world, ask, ada, phone, desk } = await administered();
      const id = await idOf(phone);
      assertSame(await json(await ask("DELETE", `/sessions/${id}`)), { ended: 1 });
      await assertTurnedAway(world, phone, "ended");
      assertSame(await desk.visit(({ user }) => user), ada);
      assertSame(await json(await ask("DELETE", `/sessions/${id}`), 404), { error: "not-found" });
      assertSame(await json(await ask("GET", `/sessions/${id}`), 404), { error: "not-found" });
    });

    for (const spares of [false, true]) {
      it(`ends_a_users${spares ? "_but_one" : ""}`, async () => {
        const { world, ask, ada, phone, desk, nobody } = await administered();
        const except = spares ? `&except=${await idOf(desk)}` : "";
        assertSame(await json(await ask("DELETE", `/sessions?user=${encodeURIComponent(ada)}${except}`)), { ended: null });
        world.clock.advance(MINUTE); // where it shows a resolution later
        const users = [];
        for (const visitor of [phone, desk]) users.push(await visitor.visit(({ user }) => user));
        assertSame(users, [null, spares ? ada : null]);
        assertSame(await nobody.see("a"), 1);
      });
    }

    it("ends_all", async () => {
      const { world, ask, phone, desk, nobody } = await administered();
      assert((await json(await ask("DELETE", "/sessions?all=true"))).ended >= 3, "counted");
      for (const visitor of [phone, desk, nobody]) await assertTurnedAway(world, visitor, "ended");
    });

    for (const [what, headers] of UNAUTHORIZED) {
      it(`tells_nothing_to_${what}`, async () => {
        const { world, handler, ada, phone } = await administered();
        const id = await idOf(phone);
        for (const [method, path] of [["GET", "/sessions"], ["DELETE", `/sessions/${id}`], ["DELETE", "/sessions?all=true"], ["PUT", "/nowhere"], ["OPTIONS", "/sessions"]]) {
          const response = await handler(new Request(`${SITE}/admin/api${path}`, { method, headers }));
          assertSame([response.status, await response.text(), response.headers.get("www-authenticate")], [401, "", "Bearer"], path);
          assertSame([...response.headers.keys()].toSorted(), ["cache-control", "www-authenticate", "x-content-type-options"]);
        }
        world.clock.advance(MINUTE);
        assertSame(await phone.visit(({ user }) => user), ada);
      });
    }

    for (const [method, path, status, error] of GARBAGE) {
      it(`answers_${method}_${path}_with_${status}_and_ends_nothing`, async () => {
        const { ask, ada, phone, nobody } = await administered();
        const response = await ask(method, path);
        if (status === 405) assertSame(response.headers.get("allow"), "GET, HEAD, DELETE");
        assertSame(await json(response, status), { error });
        assertSame([await phone.visit(({ user }) => user), await nobody.see("a")], [ada, 1]);
      });
    }

    it("ends_nothing_for_another_site", async () => {
      const { ask, ada, phone } = await administered();
      for (const site of ["cross-site", "same-site", "nonsense"]) {
        for (const path of [`/sessions/${await idOf(phone)}`, `/sessions?user=${encodeURIComponent(ada)}`, "/sessions?all=true"]) {
          assertSame(await json(await ask("DELETE", path, { "sec-fetch-site": site }), 403), { error: "cross-site" });
        }
      }
      assertSame(await phone.visit(({ user }) => user), ada);
      for (const site of ["same-origin", "none"]) await json(await ask("DELETE", `/sessions/${NOBODY}`, { "sec-fetch-site": site }), 404);
    });

    it("is_kept_by_no_cache_and_read_by_no_other_site_whatever_it_answers", async () => {
      const { ask, phone } = await administered();
      const id = await idOf(phone);
      const asked = [["GET", "/sessions"], ["GET", `/sessions/${id}`], ["GET", "/nowhere"], ["POST", "/sessions"], ["DELETE", `/sessions/${id}`]];
      for (const [method, path] of asked) {
        const { headers } = await ask(method, path, { origin: "https://other.example" });
        assertSame([headers.get("cache-control"), headers.get("x-content-type-options")], ["no-store", "nosniff"]);
        assertSame([...headers.keys()].filter((name) => name.startsWith("access-control")), []);
      }
    });

    it("answers_a_request_for_the_head_without_a_body", async () => {
      const { ask } = await administered();
      const response = await ask("HEAD", "/sessions");
      assertSame([response.status, await response.text()], [200, ""]);
    });

    it("tells_the_code_of_a_fault_and_nothing_of_what_it_was", async () => {
      const { world, ask, phone } = await administered();
      const id = await idOf(phone);
      world.store.fail("read", { how: () => Promise.reject(new Error(`needle ${id}`)) });
      assertSame(await json(await ask("GET", `/sessions/${id}`), 503), { error: "store" });
      world.store.heal();
      const sessions = world.library.createSessions({ ...world.options, store: bound(world.store, ["read", "write", "remove"]) });
      const handler = admin.adminApi(sessions, { token: TOKEN });
      const request = new Request(`${SITE}/admin/api/sessions`, { headers: { authorization: `Bearer ${TOKEN}` } });
      assertSame(await json(await handler(request), 501), { error: "config" });
    });

    it("answers_under_its_base_and_nowhere_else", async () => {
      const { handler } = await administered({ base: "/ops/sessions-api" });
      const ask = (path) => handler(new Request(SITE + path, { headers: { authorization: `bearer ${TOKEN}` } }));
      await json(await ask("/ops/sessions-api/sessions"));
      for (const path of ["/admin/api/sessions", "/sessions", "/ops/sessions-apj/sessions", "/ops/sessions-api"]) {
        assertSame(await json(await ask(path), 404), { error: "not-found" });
      }
    });

    it("takes_its_options_from_env_once_per_env", async () => {
      const { world } = await administered();
      let made = 0;
      const handler = admin.adminApi(world.sessions, ({ token }) => (made++, { token }));
      const [env, other] = [{ token: TOKEN }, { token: SECRET }];
      const request = () => new Request(`${SITE}/admin/api/sessions`, { headers: { authorization: `Bearer ${TOKEN}` } });
      const statuses = [];
      for (const each of [env, other, env, other]) statuses.push((await handler(request(), each)).status);
      assertSame([statuses, made], [[200, 401, 200, 401], 2]);
      await assertFails(() => handler(request(), { token: "short" }), "config", /^token: /);
    });

    for (const token of [undefined, "", 7, "short", "x".repeat(42), "0123456789abcdef".repeat(3), "correct horse battery staple, correct horse", `${TOKEN}\u0000`]) {
      it(`takes_no_token_like_${JSON.stringify(token)}_and_does_not_repeat_it`, async () => {
        const { world } = await administered();
        const { message } = await assertFails(async () => admin.adminApi(world.sessions, { token }), "config", /^token: /);
        assert(!token || typeof token !== "string" || !message.includes(token), message);
      });
    }

    for (const base of ["admin", "/admin/", "/a b", "/a?b", "//", 7]) {
      it(`takes_no_base_like_${base}`, async () => {
        const { world } = await administered();
        await assertFails(async () => admin.adminApi(world.sessions, { token: TOKEN, base }), "config", /^base: /);
      });
    }
  });
}

const UNAUTHORIZED = [
  ["somebody_without_a_token", {}],
  ["another_token", { authorization: `Bearer ${SECRET}` }],
  ["a_token_that_is_cut", { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
  ["a_token_that_goes_on", { authorization: `Bearer ${TOKEN}A` }],
  ["a_token_in_other_letters", { authorization: `Bearer ${TOKEN.toUpperCase()}` }],
  ["an_empty_token", { authorization: "Bearer " }],
  ["another_scheme", { authorization: `Basic ${TOKEN}` }],
  ["the_token_alone", { authorization: TOKEN }],
  ["a_token_and_something_else", { authorization: `Bearer ${TOKEN}, Bearer ${SECRET}` }],
];

const GARBAGE = [
  ["GET", "/", 404, "not-found"],
  ["GET", "", 404, "not-found"],
  ["GET", "/users", 404, "not-found"],
  ["GET", "/sessions/", 404, "not-found"],
  ["DELETE", "/sessions/", 404, "not-found"],
  ["GET", `/sessions/${NOBODY}`, 404, "not-found"],
  ["DELETE", `/sessions/${NOBODY}`, 404, "not-found"],
  ["GET", `/sessions/${NOBODY}/values`, 404, "not-found"],
  ["GET", "/sessions/short", 400, "value"],
  ["DELETE", "/sessions/%2e%2e%2fs1:x", 400, "value"],
  ["DELETE", `/sessions/${NOBODY}?user=ada`, 400, "value"],
  ["DELETE", "/sessions", 400, "value"],
  ["DELETE", "/sessions?all", 400, "value"],
  ["DELETE", "/sessions?all=1", 400, "value"],
  ["DELETE", "/sessions?all=true&all=true", 400, "value"],
  ["DELETE", "/sessions?all=true&user=ada", 400, "value"],
  ["DELETE", "/sessions?all=true&except=ada", 400, "value"],
  ["DELETE", "/sessions?user=", 400, "value"],
  ["DELETE", "/sessions?user=ada&except=ada", 400, "value"],
  ["DELETE", "/sessions?user=ada&exept=ada", 400, "value"],
  ["DELETE", "/sessions?user=eve&user=ada", 400, "value"],
  ["GET", "/sessions?usr=ada", 400, "value"],
  ["GET", "/sessions?limit=0", 400, "value"],
  ["GET", "/sessions?limit=many", 400, "value"],
  ["GET", "/sessions?limit=1.5", 400, "value"],
  ["POST", "/sessions", 405, "method"],
  ["PUT", `/sessions/${NOBODY}`, 405, "method"],
  ["OPTIONS", "/sessions", 405, "method"],
];

/** A store that has these methods and no others. */
function bound(store, methods) {
  return Object.fromEntries([["consistency", store.consistency], ...methods.map((name) => [name, store[name].bind(store)])]);
}
