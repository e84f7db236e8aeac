import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { cookieStore, createSessions, kvStore, memoryStore } from "edge-session";
import { cookieJar, fakeClock, kvLocations } from "edge-session/testing";
import { cookie, form, header, url, withoutToken } from "edge-session/transports";
import { perform } from "../conformance/act.js";
import { integersFrom } from "../conformance/random.js";

const SITE = "https://shop.example/";
const SECRET = "6Ftq0oEJQ1xVwZk3m7mHqJc5uUeZb8yqz2rQd1sT4Xo";
const OTHER = "c3VwcG9zZWRseS1yYW5kb20tYnl0ZXMtbnVtYmVyLTI";
const MINUTE = 60_000;
const ALL = [cookie(), header(), form(), url()];
const STORES = {
  memoryStore: () => memoryStore(),
  kvStore: () => kvStore(kvLocations({ writeGap: 0 }).location("here")),
};

/** One application, and what its events said. */
class World {
  said = [];

  constructor({ store = memoryStore(), ...options } = {}) {
    this.clock = fakeClock();
    this.options = { secrets: [SECRET], store, clock: this.clock, transports: ALL, ...options };
    this.sessions = this.deploy({});
  }

  deploy(options) {
    const sessions = createSessions({ ...this.options, ...options });
    for (const name of ["create", "login", "logout", "rotate", "reject", "expire", "error"]) sessions.on(name, (detail) => this.said.push([name, detail]));
    return sessions;
  }

  rejects() {
    return this.said.splice(0).filter(([name]) => name === "reject").map(([, detail]) => detail);
  }

  /** One request: what `act` gave back, and the headers of the answer. */
  async visit(request, act = () => undefined, sessions = this.sessions) {
    const session = await sessions.open(request);
    const result = await act(session);
    const headers = new Headers();
    await sessions.commitTo(session, headers);
    return { result, headers, session };
  }

  /** A session that holds `color: red`, and its token for every transport. */
  async issued() {
    const { headers } = await this.visit(by.header(""), (session) => session.set("color", "red"));
    const token = headers.get("x-session");
    const tokens = { header: token };
    const { headers: forced } = await this.visitForced(token, async (session) => {
      tokens.url = new URL(session.encodeUrl(SITE)).searchParams.get("session");
      tokens.form = /value="([^"]*)"/.exec(session.hiddenField())[1];
    });
    tokens.cookie = forced.getSetCookie()[0].split(";")[0].split("=")[1];
    return tokens;
  }

  async visitForced(token, act = () => undefined) {
    const session = await this.sessions.force(token, get(SITE));
    await act(session);
    const headers = new Headers();
    await this.sessions.commitTo(session, headers);
    return { session, headers };
  }
}

function get(address, headers = {}) {
  return { url: new URL(address, SITE).href, method: "GET", headers: new Headers(headers) };
}

function posted(body, type, address = SITE) {
  return new Request(address, { method: "POST", body, ...(type && { headers: { "content-type": type } }) });
}

/** How often the body of a request was looked at. */
function watched(request) {
  const looks = { count: 0 };
  request.clone = () => {
    looks.count += 1;
    return Request.prototype.clone.call(request);
  };
  return looks;
}

/** A request that brings a token by each transport. */
const by = {
  cookie: (token) => get(SITE, { cookie: `__Host-session=${token}` }),
  header: (token) => get(SITE, { "x-session": token }),
  url: (token) => get(`/?session=${encodeURIComponent(token)}`),
  form: (token) => posted(new URLSearchParams({ session: token })),
};

describe("the transports", () => {
  for (const [name, store] of Object.entries(STORES)) {
    it(`each_bring_the_session_and_say_so_on_${name}`, async () => {
      const world = new World({ store: store() });
      const tokens = await world.issued();
      for (const [way, token] of Object.entries(tokens)) {
        const { result } = await world.visit(by[way](token), (session) => [session.source, session.isNew, session.get("color")]);
        assert.deepEqual(result, [way, false, "red"], way);
      }
      assert.deepEqual(world.rejects(), []);
    });
  }

  it("accept_no_token_that_was_sealed_for_another", async () => {
    const world = new World();
    const tokens = await world.issued();
    for (const [sealedFor, token] of Object.entries(tokens)) {
      for (const way of Object.keys(by).filter((way) => way !== sealedFor)) {
        const { result } = await world.visit(by[way](token), (session) => [session.source, session.isNew]);
        assert.deepEqual(result, [null, true], `${sealedFor} by ${way}`);
        assert.deepEqual(world.rejects(), [way === "cookie" ? { reason: "forged" } : { reason: "forged", source: way }]);
      }
    }
  });

  it("are_looked_at_in_the_order_of_preference_and_one_that_is_refused_falls_through_with_its_event", async () => {
    const world = new World({ transports: [url(), form(), header(), cookie()] });
    const one = await world.issued();
    const request = (bad) => {
      const headers = { cookie: `__Host-session=${one.cookie}`, "x-session": bad.includes("header") ? "x" : one.header };
      const address = `/?session=${bad.includes("url") ? "x" : one.url}`;
      const body = new URLSearchParams({ session: bad.includes("form") ? "x" : one.form });
      // A `Request` refuses nothing in Node, and keeps the cookie.
      return new Request(new URL(address, SITE), { method: "POST", headers, body });
    };
    for (const [bad, source] of [[[], "url"], [["url"], "form"], [["url", "form"], "header"], [["url", "form", "header"], "cookie"]]) {
      world.rejects();
      const session = await world.sessions.open(request(bad));
      assert.equal(session.source, source);
      assert.deepEqual(world.rejects().map((detail) => detail.source).sort(), [...bad].sort());
    }
  });

  it("fall_through_where_a_session_is_over_as_well", async () => {
    const world = new World();
    const [gone, here] = [await world.issued(), await world.issued()];
    await world.visit(by.cookie(gone.cookie), (session) => session.destroy());
    world.rejects();
    const both = get(`/?session=${here.url}`, { cookie: `__Host-session=${gone.cookie}` });
    const { session } = await world.visit(both);
    assert.deepEqual([session.source, session.get("color")], ["url", "red"]);
    assert.deepEqual(world.rejects(), [{ reason: "ended" }]);
    const neither = await world.visit(get(`/?session=${gone.url}`, { cookie: `__Host-session=${gone.cookie}` }), (s) => s.set("a", 1));
    assert.ok(neither.session.isNew && neither.headers.getSetCookie().length === 1);
    assert.deepEqual(world.rejects(), [{ reason: "ended" }, { reason: "ended", source: "url" }]);
  });

  it("that_an_application_does_not_name_are_not_looked_at", async () => {
    const world = new World();
    const { header: sent, url: link, form: field } = await world.issued();
    const only = world.deploy({ transports: undefined });
    for (const request of [by.header(sent), by.url(link), by.form(field)]) {
      const { session, headers } = await world.visit(request, () => undefined, only);
      assert.ok(session.isNew && session.source === null && headers.get("vary") === "Cookie");
      assert.throws(() => session.encodeUrl("/"), { code: "config" });
      assert.throws(() => session.hiddenField(), { code: "config" });
    }
    await assert.rejects(only.force(sent, get(SITE)), { code: "config" });
    assert.deepEqual(world.rejects(), []);
    const cookieless = world.deploy({ transports: [header(), url()] });
    assert.equal((await cookieless.open(by.cookie((await world.issued()).cookie))).source, null);
    await assert.rejects(cookieless.force(sent, get(SITE)), { code: "config", message: /^transports: / });
  });

  for (const act of ["login", "logout", "destroy"]) {
    it(`bring_nothing_any_more_that_was_sealed_before_a_${act}`, async () => {
      for (const acts of Object.keys(by)) {
        for (const store of Object.values(STORES)) {
          const world = new World({ store: store() });
          const tokens = await world.issued();
          await world.visit(by[acts](tokens[acts]), (session) => perform(session, act));
          for (const [way, token] of Object.entries(tokens)) {
            const { session } = await world.visit(by[way](token));
            assert.ok(session.isNew && session.user === null, `${act} by ${acts}, then ${way}`);
          }
        }
      }
    });
  }

  it("are_named_where_they_are_wrong_all_at_once", () => {
    const wrong = [header("a b"), form("", { lifetime: "2d" }), url("a.b", { lifetme: "1m", lifetime: 0 }), cookie(), cookie(), 7, { kind: "smoke", options: {}, join() {} }];
    const fields = [
      "transports[0].name", "transports[1].name", "transports[2].name", "transports[2].lifetme", "transports[4]", "transports[5]",
      "transports[6]", "createOn[1]", "createOn",
    ];
    assert.throws(() => new World({ transports: wrong, createOn: ["get", 7] }), (error) => {
      for (const field of fields) assert.ok(error.message.includes(`${field}: `), `${field} in: ${error.message}`);
      return error.code === "config";
    });
    for (const [transports, field] of [
      [[], "transports"], ["cookie", "transports"], [[form("f", { maxBytes: 0 })], "transports[0].maxBytes"],
      [[form("f", { maxBytes: 1.5 })], "transports[0].maxBytes"], [[url("u", { lifetime: "1w" })], "transports[0].lifetime"], [[header("Cookie")], "transports[0].name"],
      [[header(7)], "transports[0].name"], [[url("u", { lifetime: "25h" })], "transports[0].lifetime"],
    ]) {
      assert.throws(() => new World({ transports }), (error) => error.code === "config" && error.message.startsWith(`${field}: `), field);
    }
    assert.throws(() => new World({ createOn: [] }), { code: "config", message: /^createOn: / });
    assert.throws(() => new World({ store: cookieStore(), transports: [cookie(), url()] }), { message: /^transports\[1\]: needs a store/ });
  });
});

describe("a session under an id of another layer's", () => {
  it("has_no_source_and_no_link_and_needs_none_of_the_transports", async () => {
    const world = new World({ thirdParty: (request) => request.headers.get("x-user") ?? "" });
    const tokens = await world.issued();
    const request = get(`/?session=${tokens.url}`, { "x-user": "ada", cookie: `__Host-session=${tokens.cookie}` });
    const { session, headers } = await world.visit(request, (session) => session.set("a", 1));
    assert.deepEqual([session.source, session.get("color"), headers.getSetCookie(), headers.has("x-session")], [null, undefined, [], false]);
    const again = await world.sessions.open(request);
    assert.deepEqual([again.source, again.isNew, again.get("a")], [null, false, 1]);
    assert.throws(() => again.encodeUrl("/"), { code: "value" });
    assert.throws(() => again.hiddenField(), { code: "value" });
    assert.equal((await world.sessions.open(by.url(tokens.url))).source, "url");
    assert.deepEqual((await world.sessions.flush(again)).headers.getSetCookie(), []);
  });
});

describe("header()", () => {
  it("takes_the_token_to_and_fro_and_marks_what_depends_on_it", async () => {
    for (const store of [...Object.values(STORES), () => cookieStore()]) {
      const world = new World({ transports: [header("X-Api-Session")], store: store() });
      let token = "";
      for (let n = 0; n < 3; n += 1) {
        const { headers, result } = await world.visit(get(SITE, { "x-api-session": token }), (session) => session.set("n", (session.get("n") ?? 0) + 1).get("n"));
        token = headers.get("x-api-session") ?? token;
        assert.deepEqual([result, headers.getSetCookie(), headers.get("cache-control")?.includes("private")], [n + 1, [], true]);
        assert.equal(headers.get("vary"), "Cookie, x-api-session");
      }
      const { headers } = await world.visit(get(SITE, { "x-api-session": token }), (session) => session.destroy());
      assert.equal(headers.get("x-api-session"), "");
    }
  });

  it("is_how_a_client_that_sends_it_empty_or_outdated_gets_its_session_and_nobody_else", async () => {
    const world = new World();
    for (const [headers, goesBy] of [[{}, "cookie"], [{ "x-session": "" }, "header"], [{ "x-session": "x" }, "header"], [{ cookie: "__Host-session=x" }, "cookie"]]) {
      const answer = await world.visit(get(SITE, headers), (session) => session.set("a", 1));
      assert.deepEqual([answer.headers.has("x-session"), answer.headers.getSetCookie().length], goesBy === "header" ? [true, 0] : [false, 1]);
    }
  });
});

describe("form()", () => {
  const multipart = (token) => {
    const data = new FormData();
    data.append("file", new Blob(["x".repeat(1000)]), "a.txt");
    data.append("session", token);
    return data;
  };

  it("reads_both_kinds_of_form_and_the_handler_can_still_read_the_body", async () => {
    const world = new World();
    const { form: token } = await world.issued();
    for (const body of [new URLSearchParams({ session: token, item: "A1" }), multipart(token)]) {
      const handler = world.sessions.handle(async (request, { session }) => {
        const { source } = await session();
        const data = await request.formData();
        return Response.json([source, data.get("session") === token]);
      });
      assert.deepEqual(await (await handler(posted(body), {}, { waitUntil() {} })).json(), ["form", true]);
    }
  });

  it("is_not_looked_at_where_what_is_preferred_gave_the_session", async () => {
    const world = new World();
    const tokens = await world.issued();
    const request = posted(new URLSearchParams({ session: tokens.form }), undefined, SITE);
    request.headers.set("x-session", tokens.header);
    const looks = watched(request);
    assert.deepEqual([(await world.sessions.open(request)).source, looks.count], ["header", 0]);
    request.headers.delete("x-session");
    assert.deepEqual([(await world.sessions.open(request)).source, looks.count], ["form", 1]);
  });

  it("looks_at_no_more_than_it_may_and_at_nothing_but_forms", async () => {
    const world = new World({ transports: [cookie(), header(), form("session", { maxBytes: 2_000 }), url()] });
    const { form: token } = await world.issued();
    const text = `session=${token}`;
    const stream = (text) => new Request(SITE, { method: "POST", body: new Blob([text]).stream(), duplex: "half", headers: { "content-type": "application/x-www-form-urlencoded" } });
    const cases = [
      [posted(text, "application/x-www-form-urlencoded; charset=utf-8"), "form"],
      [posted(text, "APPLICATION/X-WWW-FORM-URLENCODED"), "form"],
      [posted(text.padEnd(2_000, "&"), "application/x-www-form-urlencoded"), "form"],
      [posted(text.padEnd(2_001, "&"), "application/x-www-form-urlencoded"), null],
      [stream(text), "form"],
      [stream(text.padEnd(2_001, "&")), null],
      [posted(text, "text/plain"), null],
      [posted(text, "application/json"), null],
      [posted(text, "application/x-www-form-urlencoded2"), null],
      [posted(text, "multipart/form-data"), null],
      [posted("--x\r\nbroken", "multipart/form-data; boundary=x"), null],
      [get(SITE), null],
    ];
    for (const [request, source] of cases) {
      assert.equal((await world.sessions.open(request)).source, source, `${request.headers.get("content-type")}`);
      if (request instanceof Request) assert.ok((await request.text()).length > 5, "the handler can read the body");
    }
    const announced = posted(text, "application/x-www-form-urlencoded");
    announced.headers.set("content-length", "2001");
    const looks = watched(announced);
    assert.deepEqual([(await world.sessions.open(announced)).source, looks.count], [null, 0], "it is announced as too long");
    assert.deepEqual(world.said.filter(([name]) => name === "error"), []);
  });

  it("takes_fields_that_the_application_has_read_own_texts_only", async () => {
    const world = new World();
    const { form: token, url: link } = await world.issued();
    const body = posted(new URLSearchParams({ session: token }));
    for (const [fields, source] of [
      [{ session: token }, "form"],
      [{ session: [token, token] }, "form"],
      [new URLSearchParams({ session: token }), "form"],
      [multipart(token), "form"],
      [Object.create({ session: token }), null],
      [JSON.parse(`{"__proto__":{"session":"${token}"}}`), null],
      [{ session: { toString: () => token } }, null],
      [{ session: [token, link] }, null],
      [{ session: [token, "x"] }, null],
      [{}, null],
      [null, "form"],
    ]) {
      assert.equal((await world.sessions.open(body, { fields })).source, source);
    }
  });

  it("that_comes_too_late_is_an_error_event_and_no_error_to_the_visitor", async () => {
    const world = new World();
    const { form: token } = await world.issued();
    const request = by.form(token);
    await request.text();
    world.said.length = 0;
    assert.equal((await world.sessions.open(request)).source, null);
    assert.deepEqual(world.said.map(([name, { error }]) => [name, error.code]), [["error", "config"]]);
  });

  it("takes_a_node_request_with_its_fields_and_leaves_the_body_of_one_without", async () => {
    const world = new World();
    const { form: token, url: link } = await world.issued();
    const seen = [];
    const server = createServer(async (request, response) => {
      const bare = await world.sessions.open(request);
      let body = "";
      for await (const chunk of request) body += chunk;
      const given = await world.sessions.open(request, { fields: new URLSearchParams(body) });
      seen.push([bare.source, given.source, bare.encodeUrl("page")]);
      response.end();
    }).listen(0);
    await once(server, "listening");
    const base = `http://localhost:${server.address().port}`;
    await fetch(`${base}/a/b?x=1`, { method: "POST", body: new URLSearchParams({ session: token }) });
    await fetch(`${base}/a/b?session=${link}`, { method: "POST", body: "" });
    server.close();
    assert.deepEqual(seen.map(([bare, given]) => [bare, given]), [[null, "form"], ["url", "url"]]);
    for (const [, , page] of seen) assert.match(page, /^\/a\/page\?session=[\w-]{140,}$/);
  });
});

describe("url()", () => {
  it("reads_the_query_and_the_front_of_the_path_and_takes_a_path_of_the_application_for_none", async () => {
    const world = new World();
    const { url: token } = await world.issued();
    for (const [path, source] of [
      [`/session/${token}/a/b?x=1`, "url"],
      [`/session/${token}`, "url"],
      [`/session/${token}/?session=${token}`, "url"],
      [`/a/session/${token}/`, null],
      [`/sessions/${token}/`, null],
      [`//session/${token}/`, null],
      ["/session/new/item", null],
      ["/session", null],
      [`/?a=1&session=${token}&b=2`, "url"],
      [`/?session=${token}#f`, "url"],
      [`/?Session=${token}`, null],
      [`/?session=${token}&session=${token}`, "url"],
    ]) {
      const { session } = await world.visit(get(path));
      assert.equal(session.source, source, path);
    }
    assert.deepEqual(world.rejects(), []);
    await world.visit(get(`/session/${token}/?session=x`));
    assert.deepEqual(world.rejects(), [{ reason: "duplicate", source: "url" }]);
  });

  it("opens_to_the_millisecond_of_its_lifetime_and_never_becomes_a_cookie_by_itself", async () => {
    const world = new World({ transports: [cookie(), header(), form(), url("session", { lifetime: "3m" })] });
    const { url: token, form: field } = await world.issued();
    world.clock.advance(3 * MINUTE - 1);
    const { session, headers } = await world.visit(by.url(token), (session) => session.set("size", 9));
    assert.deepEqual([session.source, headers.getSetCookie(), headers.has("x-session")], ["url", [], false]);
    world.clock.advance(1);
    assert.ok((await world.visit(by.url(token))).session.isNew);
    assert.deepEqual(world.said.splice(0).filter(([name]) => name !== "create"), [["reject", { reason: "expired", source: "url" }]]);
    assert.equal((await world.visit(by.form(field))).session.get("size"), 9, "ten minutes are the default");
    world.clock.advance(7 * MINUTE);
    assert.ok((await world.visit(by.form(field))).session.isNew);
  });

  it("gives_the_new_id_of_a_login_to_the_browser_and_to_nobody_who_has_the_link", async () => {
    const world = new World();
    const tokens = await world.issued();
    const { headers } = await world.visit(by.url(tokens.url), (session) => session.login("ada"));
    const [line] = headers.getSetCookie();
    const jar = get(SITE, { cookie: line.split(";")[0] });
    assert.deepEqual([(await world.visit(jar)).session.user, (await world.visit(by.url(tokens.url))).session.user], ["ada", null]);
  });
});

describe("encodeUrl", () => {
  it("takes_nothing_for_saved_that_is_not", async () => {
    const { sessions } = new World();
    const session = await sessions.open(new Request(SITE));
    await session.set("a", 1).save();
    const saving = session.set("a", 2).save();
    session.set("a", 3).encodeUrl("/");
    await saving;
    const headers = new Headers();
    await sessions.commitTo(session, headers);
    const again = await sessions.open({ headers: { cookie: headers.getSetCookie()[0].split(";")[0] } });
    assert.equal(again.get("a"), 3);
  });

  for (const [name, open] of Object.entries(STORES)) {
    it(`leads_whoever_clicks_all_the_time_to_the_end_of_all_sessions_on_${name}`, async () => {
      const { sessions, clock } = new World({ store: open(), transports: [url()], globalEpoch: true });
      const first = await sessions.open(new Request(SITE, { method: "POST" }));
      await first.set("a", 1).save();
      let link = first.encodeUrl(SITE);
      await sessions.commit(first);
      clock.advance(1);
      await sessions.revokeAll();
      const seen = [];
      for (let clicks = 12; clicks > 0; clicks -= 1) {
        clock.advance(MINUTE / 3);
        const session = await sessions.open(new Request(link));
        seen.push(session.get("a"));
        link = session.encodeUrl(SITE);
        await sessions.commit(session);
      }
      assert.equal(seen.at(-1), undefined);
    });
  }

  const T = "TOKEN";
  const HERE = "https://shop.example/dir/page?q=1#f";
  /** Input, as a query, in the path; one alone: comes back as it is. */
  const TABLE = [
    ["", "/dir/page?q=1&session=TOKEN", "/session/TOKEN/dir/page?q=1"],
    ["next", "/dir/next?session=TOKEN", "/session/TOKEN/dir/next"],
    ["./next", "/dir/next?session=TOKEN", "/session/TOKEN/dir/next"],
    ["../up", "/up?session=TOKEN", "/session/TOKEN/up"],
    ["../../../up", "/up?session=TOKEN", "/session/TOKEN/up"],
    ["/", "/?session=TOKEN", "/session/TOKEN/"],
    ["/a/b", "/a/b?session=TOKEN", "/session/TOKEN/a/b"],
    ["/a?x=1", "/a?x=1&session=TOKEN", "/session/TOKEN/a?x=1"],
    ["/a?", "/a?session=TOKEN", "/session/TOKEN/a"],
    ["/a?x=1#top", "/a?x=1&session=TOKEN#top", "/session/TOKEN/a?x=1#top"],
    ["/a#top?x=1", "/a?session=TOKEN#top?x=1", "/session/TOKEN/a#top?x=1"],
    ["?y=2", "/dir/page?y=2&session=TOKEN", "/session/TOKEN/dir/page?y=2"],
    ["/a?x=a+b&y=%20%2B&z=%C3%A9&&", "/a?x=a+b&y=%20%2B&z=%C3%A9&&&session=TOKEN", "/session/TOKEN/a?x=a+b&y=%20%2B&z=%C3%A9&&"],
    ["/a?session=old", "/a?session=TOKEN", "/session/TOKEN/a"],
    ["/a?x=1&session=old&y=2&session=older", "/a?x=1&y=2&session=TOKEN", "/session/TOKEN/a?x=1&y=2"],
    ["/a?%73ession=old&x=1", "/a?x=1&session=TOKEN", "/session/TOKEN/a?x=1"],
    ["/a?sessions=1&?session=2", "/a?sessions=1&?session=2&session=TOKEN", "/session/TOKEN/a?sessions=1&?session=2"],
    [`/session/${"x".repeat(148)}/a`, "/a?session=TOKEN", "/session/TOKEN/a"],
    [`/session/${"x".repeat(148)}`, "/?session=TOKEN", "/session/TOKEN/"],
    [`/session/${"x".repeat(148)}/session/${"y".repeat(148)}/a`, "/a?session=TOKEN", "/session/TOKEN/a"],
    ["/session/new", "/session/new?session=TOKEN", "/session/TOKEN/session/new"],
    ["/é?ü=ß", "/%C3%A9?%C3%BC=%C3%9F&session=TOKEN", "/session/TOKEN/%C3%A9?%C3%BC=%C3%9F"],
    ["https://shop.example/a?x=1#f", "https://shop.example/a?x=1&session=TOKEN#f", "https://shop.example/session/TOKEN/a?x=1#f"],
    ["https://shop.example", "https://shop.example/?session=TOKEN", "https://shop.example/session/TOKEN/"],
    ["HTTPS://SHOP.EXAMPLE:443/a", "https://shop.example/a?session=TOKEN", "https://shop.example/session/TOKEN/a"],
    ["//shop.example/a", "/a?session=TOKEN", "/session/TOKEN/a"],
    ["https://shop.example//evil.example/a", "https://shop.example//evil.example/a?session=TOKEN", "https://shop.example/session/TOKEN//evil.example/a"],
    ["/.//evil.example/a", "/.//evil.example/a?session=TOKEN", "/session/TOKEN//evil.example/a"],
    ["//shop.example//evil.example/a", "/.//evil.example/a?session=TOKEN", "/session/TOKEN//evil.example/a"],
    ["/a&amp;b", "/a&amp;b?session=TOKEN", "/session/TOKEN/a&amp;b"],
    ["https://evil.example/a"], ["//evil.example/a"], ["/\\evil.example/a"], ["\\\\evil.example/a"], ["http://shop.example/a"], ["https://shop.example:444/a"],
    ["https://shop.example.evil.example/"], ["https://shop.example@evil.example/"], [" //evil.example"], ["/\t/evil.example"], ["ht\ntps://evil.example/"],
    ["https://sub.shop.example/"], ["mailto:a@shop.example"], ["javascript:alert(1)"], ["data:text/html,x"], ["blob:https://shop.example/1"], ["ftp://shop.example/a"],
    ["#top"], ["#"], [" #top"], ["https://["], ["https://shop.example:99999/"], ["tel:1"], ["about:blank"],
  ];

  it("puts_the_token_where_it_belongs_and_gives_it_to_no_other_origin", async () => {
    const world = new World();
    const session = await world.sessions.open(get(HERE));
    await session.set("a", 1).save();
    const plain = (text) => text.replace(/(session[=/])[\w-]{140,}/g, `$1${T}`);
    for (const [given, query = given, path = given] of TABLE) {
      assert.equal(plain(session.encodeUrl(given)), plain(query), `${given} as a query`);
      assert.equal(plain(session.encodeUrl(given, "path")), plain(path), `${given} in the path`);
    }
    for (const none of [null, undefined, 5, {}]) assert.throws(() => session.encodeUrl(none), { code: "value" });
    assert.match(session.encodeUrl(new URL(HERE)), /^https:\/\/shop\.example\/dir\/page\?q=1&session=[\w-]+#f$/);
  });

  it("leads_a_browser_to_the_same_page_of_this_origin_with_one_session_or_is_left_alone", async () => {
    const world = new World();
    const session = await world.sessions.open(get(HERE));
    await session.set("a", 1).save();
    const random = integersFrom(20_261_122);
    const parts = ["/", "//", "a", "..", ".", "?", "&", "#", "=", "session", "x=1", "%2F", "%", "\\", "@", ":", "https:", "http:", "shop.example", "evil.example", " ", "\t", "é", "+", ";", "&amp;", "<", "\"", "'", "session=1", `/session/${"z".repeat(120)}`];
    for (let n = 0; n < 20_000; n += 1) {
      const given = Array.from({ length: 1 + (random() % 7) }, () => parts[random() % parts.length]).join("");
      const style = random() % 2 === 0 ? "query" : "path";
      const made = session.encodeUrl(given, style);
      const target = URL.canParse(given, HERE) ? new URL(given, HERE) : undefined;
      if (made === given) {
        assert.ok(target === undefined || target.origin !== "https://shop.example" || given.trimStart().startsWith("#"), given);
        continue;
      }
      const led = new URL(made, HERE);
      assert.equal(led.origin, "https://shop.example", `${given} became ${made}`);
      assert.equal(led.hash, target.hash, given);
      // A question mark or a hash sign with nothing behind it may go.
      const plain = (link) => (({ pathname, search, hash }) => [pathname, search, hash])(new URL(withoutToken(link)));
      assert.deepEqual(plain(led), plain(target), `${given} became ${made}`);
      const [inQuery, inPath] = [led.searchParams.getAll("session").length, led.pathname.split("/session/").filter((rest) => /^[\w-]{148,}/.test(rest)).length];
      assert.deepEqual([inQuery, inPath >= 1], style === "query" ? [1, false] : [0, true], `${given} became ${made}`);
      const request = get(made);
      if (n % 50 === 0) assert.equal((await world.sessions.open(request)).source, "url", made);
    }
  });

  it("and_hiddenField_make_a_session_for_a_visitor_who_has_none", async () => {
    for (const store of Object.values(STORES)) {
      for (const transports of [ALL, [form(), url()]]) {
        const world = new World({ store: store(), transports });
        const { result: link, headers } = await world.visit(get(SITE), (session) => session.encodeUrl("/next"));
        assert.equal(headers.getSetCookie().length, transports === ALL ? 1 : 0);
        assert.deepEqual(world.said.map(([name]) => name), ["create"]);
        assert.equal((await world.visit(get(link))).session.source, "url");
        const { result: field } = await world.visit(get(SITE), (session) => session.hiddenField());
        const token = /value="([^"]*)"/.exec(field)[1];
        assert.equal((await world.visit(by.form(token))).session.source, "form");
        const { headers: untouched } = await world.visit(get(SITE), (session) => session.encodeUrl("https://evil.example/"));
        assert.equal(untouched.getSetCookie().length, 0, "a link elsewhere makes none");
      }
    }
  });

  it("and_hiddenField_are_refused_between_a_new_id_and_its_save", async () => {
    const world = new World();
    const tokens = await world.issued();
    for (const act of ["login", "logout", "rotate"]) {
      await world.visit(by.header((await world.issued()).header), async (session) => {
        perform(session, act);
        assert.throws(() => session.encodeUrl("/"), { code: "value", message: /^encodeUrl: / });
        assert.throws(() => session.hiddenField(), { code: "value", message: /^hiddenField: / });
        await session.save();
        const { session: next } = await world.visit(get(session.encodeUrl("/")));
        assert.equal(next.id, session.id);
      });
    }
    await world.visit(by.cookie(tokens.cookie), (session) => {
      session.destroy();
      assert.throws(() => session.encodeUrl("/"), { code: "destroyed" });
      assert.throws(() => session.hiddenField(), { code: "destroyed" });
    });
  });

  it("on_kv_waits_for_what_was_changed_to_be_saved_so_that_no_link_loses_it", async () => {
    const world = new World({ store: STORES.kvStore() });
    await world.visit(get(SITE), async (session) => {
      session.set("a", 1);
      assert.throws(() => session.encodeUrl("/"), { code: "stale" });
      assert.throws(() => session.hiddenField(), { code: "stale" });
      await session.save();
      const { session: next } = await world.visit(get(session.encodeUrl("/")));
      assert.equal(next.get("a"), 1);
    });
  });

  it("needs_the_requests_url_and_a_style_that_there_is", async () => {
    const world = new World();
    const session = await world.sessions.open({ headers: new Headers() });
    assert.throws(() => session.encodeUrl("/"), { code: "value" });
    const here = await world.sessions.open(get(SITE));
    for (const style of ["inline", "", null, 7]) assert.throws(() => here.encodeUrl("/", style), { code: "value" });
  });

  it("knows_where_it_is_behind_a_proxy_and_under_a_mount_path", async () => {
    const world = new World();
    const proxied = await world.sessions.open({ url: "/a", headers: { host: "shop.example", "x-forwarded-proto": "https" } });
    assert.match(proxied.encodeUrl("https://shop.example/b"), /\?session=/);
    assert.doesNotMatch(proxied.encodeUrl("http://shop.example/b"), /session/);
    const mounted = await world.sessions.open({ url: "/page", originalUrl: "/app/page", headers: { host: "shop.example" } });
    assert.match(mounted.encodeUrl("next"), /^\/app\/next\?session=/);
  });
});

describe("withoutToken", () => {
  it("gives_back_what_encodeUrl_was_given", async () => {
    const world = new World();
    const session = await world.sessions.open(get(SITE));
    for (const given of ["/", "/a?x=1&y=%20#f", "https://shop.example/a", "/session/new?sessions=2"]) {
      for (const style of ["query", "path"]) assert.equal(withoutToken(session.encodeUrl(given, style)), given);
    }
    assert.equal(withoutToken("/a?session=x&sid=y", "sid"), "/a?session=x");
    for (const same of ["#top", "mailto:a@b.example", "https://["]) assert.equal(withoutToken(same), same);
  });
});

describe("hiddenField", () => {
  it("is_escaped_whatever_its_name", async () => {
    const name = `<script>'&#60;</script>`;
    const world = new World({ transports: [form(name)] });
    const { result: field } = await world.visit(get(SITE), (session) => session.hiddenField());
    const [, attribute] = /^<input type="hidden" name="([^"<>']*)" value="[\w-]+">$/.exec(field);
    assert.equal(attribute.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code)), name);
    const token = /value="([^"]*)"/.exec(field)[1];
    assert.equal((await world.visit(posted(new URLSearchParams({ [name]: token })))).session.source, "form");
  });
});

describe("createOn", () => {
  const setUp = () => new World({ createOn: ["POST", "PUT"] });
  const of = (method) => ({ ...get(SITE), method });

  it("keeps_other_methods_from_beginning_a_session_and_their_readers_get_defaults", async () => {
    const world = setUp();
    for (const method of ["GET", "HEAD", "DELETE", "post", "", undefined]) {
      const { session, headers } = await world.visit(of(method), (session) => session.get("a"));
      assert.deepEqual([session.isNew, session.size, session.source, headers.getSetCookie()], [true, 0, null, []]);
      for (const act of [(s) => s.set("a", 1), (s) => s.login("ada"), (s) => s.flash("a", 1)]) {
        await assert.rejects(world.visit(of(method), act), { code: "config", message: /^createOn: / }, method);
      }
      for (const act of [(s) => s.csrfToken(), (s) => s.encodeUrl("/"), (s) => s.hiddenField()]) {
        const session = await world.sessions.open(of(method));
        assert.throws(() => act(session), { code: "config", message: /^createOn: / });
        const headers = new Headers();
        await world.sessions.commitTo(session, headers);
        assert.deepEqual(headers.getSetCookie(), [], "what failed left nothing behind");
      }
    }
    assert.ok(!world.said.some(([name]) => name === "create" || name === "login"));
  });

  it("lets_its_methods_begin_one_that_works_on_every_method", async () => {
    const world = setUp();
    for (const method of ["POST", "PUT"]) {
      const jar = cookieJar({ clock: world.clock });
      const { headers } = await world.visit(of(method), (session) => session.set("a", 1));
      jar.store(SITE, headers);
      for (const next of ["GET", "DELETE", ""]) {
        const { result } = await world.visit({ ...of(next), headers: new Headers({ cookie: jar.header(SITE) }) }, (session) => session.set(next, 2).get("a"));
        assert.equal(result, 1);
      }
    }
  });

  it("holds_without_transports_and_for_a_session_that_has_ended", async () => {
    const world = new World({ createOn: ["POST"], transports: undefined });
    const { headers } = await world.visit(of("POST"), (session) => session.set("a", 1));
    const cookie = headers.getSetCookie()[0].split(";")[0];
    const again = (method) => ({ ...of(method), headers: new Headers({ cookie }) });
    await world.visit(again("GET"), (session) => session.destroy());
    assert.equal((await world.visit(again("GET"))).session.isNew, true);
    await assert.rejects(world.visit(again("GET"), (session) => session.set("a", 1)), { code: "config" });
  });
});

describe("force", () => {
  it("makes_a_header_form_or_url_token_the_visitors_cookie_and_leaves_its_session_alone", async () => {
    for (const store of Object.values(STORES)) {
      const world = new World({ store: store() });
      const tokens = await world.issued();
      for (const way of ["header", "form", "url"]) {
        const { session, headers } = await world.visitForced(tokens[way]);
        const [line] = headers.getSetCookie();
        assert.deepEqual([session.source, session.get("color"), headers.has("x-session")], ["cookie", "red", false]);
        assert.equal((await world.visit(get(SITE, { cookie: line.split(";")[0] }))).session.id, session.id);
      }
      assert.equal((await world.visit(by.cookie(tokens.cookie))).session.get("color"), "red");
    }
  });

  it("takes_nothing_else_and_tells_nobody_but_the_events", async () => {
    const world = new World();
    const tokens = await world.issued();
    const foreign = await new World({ secrets: [OTHER] }).issued();
    for (const [token, reason] of [
      [tokens.cookie, "forged"], [foreign.url, "unknown-key"], [`${tokens.url}A`, "malformed"], [tokens.url.slice(0, -4), "forged"], ["__proto__", undefined],
      ["x", "malformed"], ["é", "malformed"], ["a,b", "duplicate"], ["A".repeat(5_000), "oversized"], ["", null], [undefined, null], [null, null], [{}, null], [7, null],
    ]) {
      world.rejects();
      assert.equal(await world.sessions.force(token, by.cookie(tokens.cookie)), null, String(token));
      const rejects = world.rejects();
      if (reason !== undefined) assert.deepEqual(rejects.map((detail) => detail.reason), reason === null ? [] : [reason], String(token));
    }
    world.clock.advance(10 * MINUTE);
    assert.equal(await world.sessions.force(tokens.url, get(SITE)), null);
    assert.deepEqual(world.rejects(), [{ reason: "expired" }]);
    await world.visit(by.header(tokens.header), (session) => session.logout());
    assert.equal(await world.sessions.force(tokens.header, get(SITE)), null, "a session that is over");
  });

  it("with_rotate_leaves_nothing_to_whoever_sent_the_link", async () => {
    const world = new World();
    const tokens = await world.issued();
    const { headers } = await world.visitForced(tokens.url, (session) => session.rotate());
    for (const [way, token] of Object.entries(tokens)) assert.ok((await world.visit(by[way](token))).session.isNew, way);
    const [line] = headers.getSetCookie();
    assert.equal((await world.visit(get(SITE, { cookie: line.split(";")[0] }))).session.get("color"), "red");
  });
});

describe("flush", () => {
  it("has_the_browser_forget_its_cookie_and_the_session_lives_on_with_what_was_changed", async () => {
    const world = new World();
    const tokens = await world.issued();
    const session = await world.sessions.open(by.cookie(tokens.cookie));
    session.set("size", 9);
    const response = await world.sessions.flush(session, new Response("bye"));
    assert.deepEqual(response.headers.getSetCookie().map((line) => line.slice(0, 26)), ["__Host-session=; Max-Age=0"]);
    assert.equal(await response.text(), "bye");
    assert.equal((await world.visit(by.cookie(tokens.cookie))).session.get("size"), 9);
    const headers = new Headers();
    await world.sessions.flushTo(await world.sessions.open(by.header(tokens.header)), headers);
    assert.deepEqual([headers.get("x-session"), headers.getSetCookie()], ["", []]);
  });

  it("holds_in_a_handler_that_commits_afterwards_and_without_transports", async () => {
    const world = new World({ transports: undefined });
    const first = await world.visit(get(SITE), (session) => session.set("a", 1));
    const cookie = first.headers.getSetCookie()[0].split(";")[0];
    world.clock.advance(5 * MINUTE);
    const handler = world.sessions.handle(async (request, { session }) => world.sessions.flush(await session()));
    const { headers } = await handler(get(SITE, { cookie }), {}, { waitUntil() {} });
    assert.equal(headers.getSetCookie().length, 1);
    assert.match(headers.getSetCookie()[0], /Max-Age=0/);
    const response = await world.sessions.flush(await world.sessions.open(get(SITE)));
    assert.match(response.headers.getSetCookie()[0], /Max-Age=0/, "a cookie that was refused is forgotten as well");
  });
});
