import { assert, assertFails, assertSame } from "../assert.js";
import { requestWith } from "./world.js";

/** A page's own Response takes no Set-Cookie (Fetch, "forbidden response-header name"); a server's does. */
const CARRIES_COOKIES = new Response(null, { headers: { "set-cookie": "a=1" } }).headers.getSetCookie().length > 0;

/** What commit does to a response, and when a handler's session is committed at all. */
export function responsesSuite({ describe, it }, { makeWorld, remembers }) {
  describe("commit", () => {
    for (const [name, { sets, before, after }] of Object.entries(HEADERS)) {
      it(`${name}`, async () => {
        const world = makeWorld();
        const session = await world.sessions.open(requestWith(""));
        if (sets) session.set("a", 1);
        const headers = new Headers(before);
        await world.sessions.commitTo(session, headers);
        assertSame([headers.get("vary"), headers.get("cache-control")], after);
        assertSame(headers.getSetCookie().length, sets ? 1 : 0, "cookies:");
      });
    }

    it("what_only_a_cdn_obeys_is_made_private_as_well_and_none_is_added", async () => {
      const { sessions } = makeWorld();
      for (const name of ["CDN-Cache-Control", "Cloudflare-CDN-Cache-Control", "Surrogate-Control"]) {
        const headers = new Headers({ [name]: "public, max-age=600" });
        await sessions.commitTo((await sessions.open(requestWith(""))).set("a", 1), headers);
        assertSame(headers.get(name), "private, no-store");
      }
      const headers = new Headers();
      await sessions.commitTo(await sessions.open(requestWith("")), headers);
      assertSame([...headers.keys()].sort(), ["cache-control", "vary"]);
    });

    it("leaves_the_cookies_that_are_set_already", async () => {
      const world = makeWorld();
      const session = await world.sessions.open(requestWith(""));
      const headers = new Headers([["set-cookie", "theme=dark; Path=/"], ["set-cookie", "b=2; Expires=Wed, 01 Jan 2031 00:00:00 GMT"]]);
      session.set("a", 1);
      await world.sessions.commitTo(session, headers);
      const [theme, b, own, ...more] = headers.getSetCookie();
      assertSame([theme, b, more], ["theme=dark; Path=/", "b=2; Expires=Wed, 01 Jan 2031 00:00:00 GMT", []]);
      assert(own.startsWith("__Host-session=") && own.endsWith("; Path=/; Secure; HttpOnly; SameSite=Lax"), own);
    });

    it("gives_back_the_response_it_was_given_body_and_all", async () => {
      const { sessions } = makeWorld();
      const response = new Response("the body", { status: 201, statusText: "Made", headers: { "x-own": "1" } });
      const { body } = response;
      const committed = await sessions.commit((await sessions.open(requestWith(""))).set("a", 1), response);
      assert(committed === response && committed.body === body && !committed.bodyUsed && !body.locked, "the body was touched");
      assertSame([committed.status, committed.statusText, committed.headers.get("x-own")], [201, "Made", "1"]);
      assertSame(await committed.text(), "the body");
    });

    it("copies_a_response_whose_headers_cannot_be_changed", async () => {
      const { sessions } = makeWorld();
      const redirect = Response.redirect("https://shop.example/cart", 303);
      const committed = await sessions.commit((await sessions.open(requestWith(""))).set("a", 1), redirect);
      assertSame([committed.status, committed.headers.get("location")], [303, "https://shop.example/cart"]);
      assertSame(committed.headers.get("vary"), "Cookie");
      if (CARRIES_COOKIES) assertSame(committed.headers.getSetCookie().length, 1, "cookies:");
    });

    it("copies_a_response_that_was_fetched_with_its_body", async () => {
      const { sessions } = makeWorld();
      const fetched = await fetch("data:text/plain,the body");
      const committed = await sessions.commit((await sessions.open(requestWith(""))).set("a", 1), fetched);
      assertSame([await committed.text(), committed.headers.get("content-type")], ["the body", "text/plain"]);
      assertSame(committed.headers.get("vary"), "Cookie");
    });

    it("makes_an_empty_response_when_it_is_given_none", async () => {
      const { sessions } = makeWorld();
      const committed = await sessions.commit((await sessions.open(requestWith(""))).set("a", 1));
      assertSame([committed.status, committed.body, committed.headers.get("vary")], [200, null, "Cookie"]);
    });

    it("refuses_a_session_that_was_not_opened_here", async () => {
      const { sessions } = makeWorld();
      for (const stranger of [{}, null, undefined, new Map()]) {
        await assertFails(() => sessions.commit(stranger), "config", /no session that was opened here/);
      }
    });
  });

  describe("handle", () => {
    const opened = [];
    const env = {};
    const ctx = { waitUntil: () => undefined };

    it("commits_the_session_that_the_handler_opened", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("n", 1));
      const handler = world.sessions.handle(async (request, context) => {
        assert(context.env === env && context.ctx === ctx, "another env or ctx");
        const session = await context.session();
        assert((await context.session()) === session, "another session at the second call");
        session.data.n += 1;
        opened.push(session);
        return new Response("ok");
      });
      const response = await handler(visitor.request(), env, ctx);
      assertSame([await response.text(), response.headers.get("vary")], ["ok", "Cookie"]);
      visitor.jar.store(visitor.url, response);
      if (remembers || CARRIES_COOKIES) assertSame(await visitor.see("n"), 2);
    });

    it("leaves_a_response_alone_when_no_session_was_opened", async () => {
      const world = makeWorld();
      const response = new Response("ok");
      const answered = await world.sessions.handle(() => response)(world.visitor().request(), env, ctx);
      assert(answered === response, "another response");
      assertSame([...answered.headers], [["content-type", "text/plain;charset=UTF-8"]]);
    });

    for (const [name, fail] of Object.entries(FAILURES)) {
      it(`commits_nothing_when_the_handler_${name}`, async () => {
        const world = makeWorld();
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("n", 1));
        const fault = new Error("the handler's own");
        const handler = world.sessions.handle(async (request, { session }) => {
          (await session()).set("n", 2).login("ada");
          return fail(fault);
        });
        let caught;
        const cost = await world.cost(() => handler(visitor.request(), env, ctx).catch((error) => (caught = error)));
        assert(caught === fault, "another error");
        assertSame(cost, world.price("1 read, 0 write"));
        assertSame(await visitor.visit((session) => [session.get("n"), session.user]), [1, null]);
      });
    }

    it("opens_one_session_for_a_handler_that_asks_twice_at_once", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("n", 1));
      const handler = world.sessions.handle(async (request, { session }) => {
        const [a, b] = await Promise.all([session(), session()]);
        assert(a === b, "two sessions");
        return new Response();
      });
      assertSame(await world.cost(() => handler(visitor.request(), env, ctx)), world.price("1 read, 0 write"));
    });

    if (CARRIES_COOKIES) {
      it("takes_a_visitor_through_a_real_request_and_response", async () => {
        const world = makeWorld();
        const handler = world.sessions.handle(async (request, { session }) => {
          const visits = (await session()).data;
          visits.n = (visits.n ?? 0) + 1;
          return new Response(String(visits.n));
        });
        const visit = world.testing.cookieJar({ clock: world.clock }).visitor((request) => handler(request, env, ctx), "https://shop.example");
        for (const n of ["1", "2", "3"]) assertSame(await (await visit("/")).text(), n);
      });
    }
  });
}

const FAILURES = {
  throws: (fault) => {
    throw fault;
  },
  rejects: (fault) => Promise.reject(fault),
};

/** What stands in the headers before, and `[Vary, Cache-Control]` after. */
const HEADERS = {
  a_response_that_depends_on_a_session_is_not_for_others: { before: {}, after: ["Cookie", "private, no-cache"] },
  a_response_that_sets_the_cookie_is_not_to_be_kept: { sets: true, before: {}, after: ["Cookie", "private, no-store"] },
  vary_is_added_to_and_not_replaced: {
    before: { vary: "Accept-Encoding", "cache-control": "no-store" },
    after: ["Accept-Encoding, Cookie", "no-store"],
  },
  vary_is_left_when_it_says_so_already: { before: { vary: "accept, cookie" }, after: ["accept, cookie", "private, no-cache"] },
  a_public_response_becomes_private: {
    before: { "cache-control": "public, max-age=60, s-maxage=600" },
    after: ["Cookie", "private, max-age=60"],
  },
  a_public_response_that_sets_the_cookie_is_not_kept_at_all: {
    sets: true,
    before: { "cache-control": "public, max-age=60" },
    after: ["Cookie", "private, no-store"],
  },
};
