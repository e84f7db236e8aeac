// ERP5's portal_sessions: the examples of "How To Use Session Tool", then its calls. docs/coming-from.md shows the code.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createSessions } from "edge-session";
import { DAY, fails, HOUR, MINUTE, newcomer, newShop, SECRET } from "./shop.mjs";

describe("ERP5's examples", () => {
  it("two_scripts_share_a_cart_under_an_id_of_their_own", async () => {
    const { sessions } = newShop();

    async function scriptA() {
      const session = await sessions.named("1234567");
      session.set("shopping_cart", { id: "987654321", lines: [] }); // or session.update({ shopping_cart: … })
      await session.save();
    }

    async function scriptB() {
      const session = await sessions.named("1234567");
      const cart = session.get("shopping_cart");
      cart.lines.push({ sku: "A1", qty: 1 }); // noticed: nothing has to be set again
      await session.save();
    }

    await scriptA();
    await scriptB();
    const session = await sessions.peek("1234567");
    assert.deepEqual(session.get("shopping_cart"), { id: "987654321", lines: [{ sku: "A1", qty: 1 }] });
  });

  it("a_session_is_made_with_its_values_under_a_given_id_or_one_that_is_made_up", async () => {
    const { sessions } = newShop();

    const session = await sessions.create({ shopping_cart: { id: "987654321", lines: [] } });
    const sessionId = session.name; // made up for it
    await sessions.create("1234567", { shopping_cart: { id: "987654321", lines: [] } });

    for (const id of [sessionId, "1234567"]) {
      assert.deepEqual((await sessions.peek(id)).get("shopping_cart"), { id: "987654321", lines: [] });
    }
  });

  it("a_visitors_session_can_hold_the_id_of_one_that_is_shared", async () => {
    const shop = newShop();
    const { sessions } = shop;

    async function cartOf(session) {
      const sessionId = session.getOrCreate("sessionId", () => crypto.randomUUID());
      return sessions.named(sessionId);
    }

    const visitor = shop.visitor();
    await visitor.visit(async (session) => (await cartOf(session)).set("total", 5).save());
    assert.equal(await visitor.visit(async (session) => (await cartOf(session)).get("total")), 5);
    assert.equal(await shop.visitor().visit(async (session) => (await cartOf(session)).get("total")), undefined);
  });

  it("a_cookie_of_90_days_is_an_option_and_its_name_is_said_once", async () => {
    const { clock, store } = newShop();
    const secrets = [SECRET];

    const sessions = createSessions({
      secrets,
      store,
      clock,
      cookie: { name: "erp5_session_id", persist: true },
      lifetime: { idle: "90d", absolute: "never" },
    });

    const sent = await cookieSentTo(newcomer(), sessions);
    assert.match(sent, /^erp5_session_id=[\w-]+; Max-Age=7776060; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
    const cookie = sent.split(";")[0];
    clock.advance(90 * DAY - 1);
    const session = await sessions.open({ url: "https://shop.example/", headers: new Headers({ cookie }) });
    assert.equal(session.get("first"), true);
  });
});

describe("ERP5's calls", () => {
  it("looking_at_a_session_of_an_own_id_makes_none", async () => {
    const shop = newShop();
    assert.equal(await shop.sessions.peek("1234567"), null);
    await shop.sessions.named("1234567");
    assert.equal(await shop.sessions.peek("1234567"), null);
    assert.equal(await shop.cost(() => shop.sessions.peek("1234567")), "1 read, 0 write");
  });

  it("a_session_of_an_own_id_behaves_like_a_dictionary", async () => {
    const { sessions } = newShop();
    const session = await sessions.named("1234567");
    session.update({ a: 1, b: 2 }); // session.edit(a=1, b=2), session.update({...})
    session.set("c", 3); // session["c"] = 3
    assert.equal(session.get("a"), 1);
    assert.equal(session.get("missing"), undefined); // session["missing"] is no KeyError here
    assert.equal(session.get("missing") ?? "default", "default"); // session.get("missing", "default")
    assert.equal(session.getOrCreate("d", () => 4), 4); // session.setdefault("d", 4)
    assert.equal(session.has("a"), true); // "a" in session
    assert.equal(session.delete("a"), true); // del session["a"]
    assert.equal(session.delete("a"), false);
    assert.deepEqual([...session.keys()], ["b", "c", "d"]);
    assert.deepEqual([...session.values()], [2, 3, 4]);
    assert.deepEqual([...session], [["b", 2], ["c", 3], ["d", 4]]); // session.items()
    assert.deepEqual({ ...session.data }, { b: 2, c: 3, d: 4 }); // dict(session)
    assert.equal(session.size, 3); // len(session)
    session.clear();
    assert.equal(session.size, 0);
  });

  it("making_a_session_that_is_there_adds_to_it", async () => {
    const { sessions } = newShop();
    await sessions.create("1234567", { a: 1, b: 1 });
    await sessions.create("1234567", { b: 2 });
    assert.deepEqual({ ...(await sessions.peek("1234567")).data }, { a: 1, b: 2 });
  });

  it("a_list_of_ids_is_deleted_and_unknown_ones_are_no_error", async () => {
    const { sessions } = newShop();
    for (const id of ["1", "2", "3"]) await sessions.create(id, { id });
    await sessions.delete(["1", "2", "no such id"]);
    await sessions.delete("no such id");
    assert.deepEqual([await sessions.peek("1"), await sessions.peek("2")], [null, null]);
    assert.equal((await sessions.peek("3")).get("id"), "3");
  });

  it("a_session_of_an_own_id_lives_from_its_last_write_for_as_long_as_was_said", async () => {
    const { sessions, clock } = newShop();
    await sessions.create("short", { a: 1 }, { lifetime: "10m" }); // getSession("short", 600)
    await sessions.create("usual", { a: 1 });
    clock.advance(10 * MINUTE - 1);
    assert.equal((await sessions.peek("short")).get("a"), 1); // reading does not extend it
    clock.advance(1);
    assert.equal(await sessions.peek("short"), null);
    assert.equal((await sessions.peek("usual")).get("a"), 1);
    clock.advance(HOUR - 10 * MINUTE);
    assert.equal(await sessions.peek("usual"), null);
  });

  it("a_service_tells_no_id_from_an_unknown_one_and_keeps_a_session_alive", async () => {
    const { sessions, clock } = newShop();
    const user = "ada";

    async function service(request) {
      const id = request.headers.get("mcp-session-id");
      if (id === null) return new Response("which session?", { status: 400 });
      const session = await sessions.peek(id);
      if (session === null) return new Response("no such session", { status: 404 });
      if (session.get("user_id") !== user) return new Response("not yours", { status: 403 });
      if (request.method === "DELETE") {
        await sessions.delete(id);
        return new Response(null, { status: 204 });
      }
      await session.save(); // the touch: its life begins anew when half of it is over
      return new Response("ok");
    }

    const ask = async (id, method = "GET") => (await service(new Request("https://erp.example/", { method, headers: id ? { "mcp-session-id": id } : {} }))).status;
    await sessions.create("hers", { user_id: "ada" });
    await sessions.create("his", { user_id: "bob" });
    assert.deepEqual([await ask(), await ask("unknown"), await ask("his"), await ask("hers")], [400, 404, 403, 200]);
    for (let minute = 0; minute < 180; minute += 45) {
      clock.advance(45 * MINUTE);
      assert.equal(await ask("hers"), 200);
    }
    assert.equal(await ask("his"), 404);
    assert.deepEqual([await ask("hers", "DELETE"), await ask("hers")], [204, 404]);
  });

  it("what_is_kept_for_one_answer_is_read_once", async () => {
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.flash("captcha", "seven"));
    assert.equal(await visitor.visit((session) => session.flash("captcha")), "seven");
    assert.equal(await visitor.visit((session) => session.flash("captcha")), undefined);
  });

  it("an_own_id_is_any_text_and_nothing_else", async () => {
    const { sessions } = newShop();
    await sessions.create("1", { a: 1 });
    for (const id of ["__proto__", "x".repeat(100_000), "ein Wort", "s1:1"]) assert.equal(await sessions.peek(id), null);
    for (const id of ["", 1, undefined, {}]) await fails(() => sessions.named(id), "value", /an id is a string/);
  });

  it("an_own_id_is_of_no_use_to_a_visitor", async () => {
    const { sessions } = newShop();
    const { id, name } = await sessions.create("1234567", { a: 1 });
    for (const cookie of [`__Host-session=${name}`, `__Host-session=${id}`, `session_id=${name}`]) {
      const session = await sessions.open({ url: `https://shop.example/?session_id=${name}`, headers: new Headers({ cookie }) });
      assert.deepEqual([session.isNew, session.size], [true, 0]);
    }
  });

  it("a_store_that_fails_to_write_is_an_error_to_whoever_saves", async () => {
    const { sessions, store } = newShop();
    const session = await sessions.named("1234567");
    store.fail("write");
    await fails(() => session.set("a", 1).save(), "store");
  });
});

/** The one `Set-Cookie` line that a request gets which changes something. */
async function cookieSentTo(request, sessions) {
  const session = await sessions.open(request);
  const response = await sessions.commit(session.set("first", true));
  const [sent, ...more] = response.headers.getSetCookie();
  assert.deepEqual(more, []);
  return sent;
}
