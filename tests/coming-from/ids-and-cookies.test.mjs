// Ids, their secrets and their cookie: rows 10 to 29 of docs/coming-from.md.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { cookieOf, fails, MINUTE, newcomer, newShop, OTHER_SECRET, SECRET, withToken } from "./shop.mjs";

describe("ids", () => {
  it("every_new_session_has_an_id_of_256_random_bits_that_the_server_made", async () => {
    const { sessions } = newShop();
    const drawn = [];
    const { getRandomValues } = crypto;
    crypto.getRandomValues = (bytes) => (drawn.push(bytes.byteLength), getRandomValues.call(crypto, bytes));
    const ids = new Set();
    try {
      for (let at = 0; at < 100; at += 1) {
        const session = await sessions.open(newcomer());
        await sessions.commit(session.set("a", 1));
        ids.add(session.id);
      }
    } finally {
      crypto.getRandomValues = getRandomValues;
    }
    assert.equal(ids.size, 100);
    assert.ok(drawn.length > 0 && drawn.reduce((sum, bytes) => sum + bytes, 0) >= 100 * 32, `${drawn}`);
  });

  it("a_token_that_is_changed_cut_or_lengthened_anywhere_opens_nothing", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const { token } = visitor;
    const other = (character) => (character === "A" ? "B" : "A");
    const wrong = [...token].map((character, at) => token.slice(0, at) + other(character) + token.slice(at + 1));
    for (const text of [...wrong, token.slice(1), token.slice(0, -1), `${token}A`, `${token}.more`, ` +${token}`, "1234", "12345678A4XqIhvC3lA"]) {
      const session = await shop.sessions.open(withToken(text));
      assert.deepEqual([session.isNew, session.size], [true, 0], text);
    }
    assert.equal((await shop.sessions.open(withToken(token))).get("a"), 1);
  });

  it("no_id_that_a_client_chose_is_ever_adopted", async () => {
    const shop = newShop();
    const elsewhere = newShop({ secrets: [OTHER_SECRET] }).visitor();
    await elsewhere.visit((session) => session.set("a", 1));
    for (const token of [elsewhere.token, "25982744A40dimYreFU", "1234567"]) {
      const session = await shop.sessions.open(withToken(token));
      const response = await shop.sessions.commit(session.set("b", 1));
      const [sent] = response.headers.getSetCookie();
      assert.ok(session.isNew && !sent.includes(token));
    }
    assert.equal(shop.said("reject").length, 3);
  });

  it("when_a_session_was_created_is_sealed_into_its_token", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const { token } = visitor;
    const created = shop.clock.now();
    shop.clock.advance(10 * MINUTE);
    assert.equal((await visitor.open()).createdAt.getTime(), created);
    const bytes = Buffer.from(token, "base64url");
    for (const time of [created, Math.floor(created / 1000)]) {
      for (const text of [Buffer.from(`${time}`), Buffer.from(time.toString(16).padStart(12, "0"), "hex")]) assert.ok(!bytes.includes(text));
    }
  });

  it("a_secret_is_changed_while_sessions_go_on", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const rotated = shop.application({ secrets: [OTHER_SECRET, SECRET] });
    visitor.sessions = rotated;
    assert.equal(await visitor.see("a"), 1);
    assert.equal(visitor.sent.length, 1); // sealed anew with the new secret
    assert.equal(await visitor.see("a"), 1);
    assert.equal(visitor.sent.length, 0);
    await visitor.visit((session) => session.rotate()); // a session's place in the store is the newest secret's from its next id on
    visitor.sessions = shop.application({ secrets: [OTHER_SECRET] });
    assert.equal(await visitor.see("a"), 1);
  });

  it("signing_in_changes_the_id_and_the_one_before_is_dead", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("cart", ["A1"]));
    const { id } = await visitor.open();
    const planted = visitor.twin(); // whoever knew the id before
    const csrf = await visitor.visit((session) => session.csrfToken());
    await visitor.visit((session) => session.login("ada"));
    await visitor.visit((session) => {
      assert.notEqual(session.id, id);
      assert.deepEqual([session.user, session.get("cart"), session.verifyCsrf(csrf)], ["ada", ["A1"], false]);
    });
    const session = await planted.open();
    assert.deepEqual([session.isNew, session.user, session.size], [true, null, 0]);
  });

  it("a_session_says_whether_it_is_new", async () => {
    const visitor = newShop().visitor();
    assert.equal(await visitor.visit((session) => session.set("a", 1).isNew), true);
    assert.equal(await visitor.visit((session) => session.isNew), false);
  });
});

describe("the cookie", () => {
  it("is_set_by_itself_and_not_before_there_is_something_to_remember", async () => {
    assert.equal(await cookieOf(), "__Host-session=…; Path=/; Secure; HttpOnly; SameSite=Lax");
    const visitor = newShop().visitor();
    await visitor.visit((session) => session.get("a"));
    assert.deepEqual(visitor.sent, []);
  });

  it("has_the_name_path_and_domain_that_are_asked_for", async () => {
    const cookie = { name: "_ZopeId", path: "/shop", domain: "shop.example" };
    const sent = await cookieOf({ cookie }, "https://shop.example/shop/");
    assert.equal(sent, "_ZopeId=…; Domain=shop.example; Path=/shop; Secure; HttpOnly; SameSite=Lax");
  });

  it("is_refused_with_a_name_path_or_domain_that_no_browser_takes", async () => {
    for (const [field, value] of [["name", ""], ["name", "a b"], ["name", "a;b"], ["path", "shop"], ["path", "/a;b"], ["domain", "a b"], ["domain", "a;b"]]) {
      await fails(() => newShop({ cookie: { name: "id", [field]: value } }), "config", new RegExp(`cookie.${field}`));
    }
    await fails(() => newShop({ cookie: { domain: "shop.example" } }), "config", /__Host-/);
  });

  it("ends_with_the_browser_or_lasts_as_long_as_the_session_as_asked_for", async () => {
    const shop = newShop();
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    visitor.jar.restart();
    assert.equal(visitor.cookie, "");
    const lasting = shop.visitor(shop.application({ cookie: { persist: true } }));
    await lasting.visit((session) => session.set("a", 1));
    lasting.jar.restart();
    assert.equal(await lasting.see("a"), 1);
  });

  it("of_a_lasting_session_slides_with_its_use", async () => {
    const shop = newShop({ cookie: { persist: true } });
    const visitor = shop.visitor();
    await visitor.visit((session) => session.set("a", 1));
    const [{ expiresAt }] = visitor.jar.cookies();
    shop.clock.advance(30 * MINUTE);
    await visitor.see("a");
    assert.equal(visitor.jar.cookies()[0].expiresAt, expiresAt + 30 * MINUTE);
    await visitor.see("a");
    assert.deepEqual(visitor.sent, []); // not more often than the resolution says
  });

  it("is_secure_and_over_plain_http_that_is_an_error_and_no_silence", async () => {
    const shop = newShop();
    await fails(() => shop.visitor(undefined, "http://shop.example/").visit((session) => session.set("a", 1)), "config", /plain http/);
    const local = shop.visitor(undefined, "http://localhost:8787/");
    await local.visit((session) => session.set("a", 1));
    assert.equal(await local.see("a"), 1);
    assert.equal(await cookieOf({ cookie: { name: "id", secure: false } }), "id=…; Path=/; HttpOnly; SameSite=Lax");
  });

  it("is_kept_from_scripts_unless_they_are_to_have_it", async () => {
    assert.match(await cookieOf(), /; HttpOnly/);
    assert.doesNotMatch(await cookieOf({ cookie: { httpOnly: false } }), /HttpOnly/);
  });

  it("says_same_site_and_none_of_it_needs_secure", async () => {
    for (const sameSite of ["Strict", "Lax", "None"]) assert.match(await cookieOf({ cookie: { sameSite } }), new RegExp(`; SameSite=${sameSite}$`));
    await fails(() => newShop({ cookie: { name: "id", secure: false, sameSite: "None" } }), "config", /cookie/);
    await fails(() => newShop({ cookie: { sameSite: "lax?" } }), "config", /cookie.sameSite/);
  });

  it("comes_with_headers_that_keep_it_and_the_page_out_of_shared_caches", async () => {
    const { sessions } = newShop();
    const page = new Response("hello", { headers: { "cache-control": "public, max-age=600" } });
    const { headers } = await sessions.commit((await sessions.open(newcomer())).set("a", 1), page);
    assert.match(headers.get("cache-control"), /\b(private|no-store)\b/);
    assert.doesNotMatch(headers.get("cache-control"), /public/);
    assert.match(headers.get("vary"), /\bCookie\b/i);
  });

  it("is_not_there_for_a_visitor_of_whom_nothing_is_kept_whose_page_stays_cacheable", async () => {
    const { sessions } = newShop();
    const handle = sessions.handle(async () => new Response("hello", { headers: { "cache-control": "public, max-age=600" } }));
    const { headers } = await handle(new Request("https://shop.example/"), {}, {});
    assert.deepEqual([...headers], [["cache-control", "public, max-age=600"], ["content-type", "text/plain;charset=UTF-8"]]);
  });

  it("is_taken_back_with_the_attributes_it_was_set_with", async () => {
    const shop = newShop({ cookie: { name: "id", path: "/shop", domain: "shop.example" } });
    const visitor = shop.visitor(undefined, "https://shop.example/shop/");
    await visitor.visit((session) => session.set("a", 1));
    await visitor.visit((session) => session.destroy());
    assert.match(visitor.sent[0], /^id=; .*Max-Age=0.*$/);
    for (const attribute of ["Domain=shop.example", "Path=/shop", "Secure", "HttpOnly"]) assert.ok(visitor.sent[0].includes(attribute));
    assert.deepEqual(visitor.jar.cookies(), []);
  });
});
