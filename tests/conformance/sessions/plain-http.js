import { assert, assertFails, assertSame } from "../assert.js";
import { attributesOf } from "./world.js";

/** Plain http: works on this machine, says why it does not elsewhere. */
export function plainHttpSuite({ describe, it }, { makeWorld }) {
  describe("plain http", () => {
    for (const url of ["http://localhost:8787/", "http://127.0.0.1/cart?a=1", "http://[::1]:3000/", "http://shop.localhost/"]) {
      it(`on_${url}_gets_a_cookie_that_sticks_there`, async () => {
        const world = makeWorld();
        const visitor = world.visitor(world.sessions, url);
        await visitor.visit((session) => session.set("a", 1));
        const [[name], ...attributes] = attributesOf(visitor.sent[0]);
        assertSame([name, attributes], ["session", [["Path", "/"], ["HttpOnly", undefined], ["SameSite", "Lax"]]]);
        assertSame(await visitor.see("a"), 1);
        await visitor.visit((session) => session.destroy());
        assertSame(visitor.cookie, "");
      });
    }

    it("of_this_machine_and_https_do_not_take_each_others_cookies", async () => {
      const world = makeWorld();
      const visitor = world.visitor(world.sessions, "http://localhost/");
      await visitor.visit((session) => session.set("a", 1));
      for (const name of ["session", "__Host-session"]) {
        const session = await world.sessions.open({ url: "https://localhost/", headers: { cookie: `${name}=${visitor.token}` } });
        assert(session.isNew, `${name} was taken`);
      }
    });

    for (const url of ["http://shop.example/", "http://192.168.1.2:8787/", "http://localhost.shop.example/", "http://localhost@shop.example/"]) {
      it(`on_${url}_is_a_config_error_that_names_the_cause`, async () => {
        const world = makeWorld();
        for (const headers of [{}, { cookie: "__Host-session=x" }]) {
          const opening = () => world.sessions.open({ url, headers });
          assertSame(await world.cost(() => assertFails(opening, "config", /^cookie\.secure: .*plain http.*https/)), "0 read, 0 write");
        }
      });
    }

    it("behind_a_proxy_that_ends_tls_is_https", async () => {
      const world = makeWorld();
      for (const headers of [new Headers({ "x-forwarded-proto": "https" }), { "x-forwarded-proto": "https" }]) {
        const session = await world.sessions.open({ url: "http://shop.example/", headers });
        const answer = new Headers();
        await world.sessions.commitTo(session.set("a", 1), answer);
        assert(answer.getSetCookie()[0].startsWith("__Host-session="), "another cookie");
      }
    });

    it("is_taken_where_the_cookie_was_made_for_it", async () => {
      const world = makeWorld({ cookie: { name: "sid", secure: false } });
      const visitor = world.visitor(world.sessions, "http://intranet.example/");
      await visitor.visit((session) => session.set("a", 1));
      assertSame(attributesOf(visitor.sent[0]).map(([name]) => name), ["sid", "Path", "HttpOnly", "SameSite"]);
    });

    it("of_a_node_request_whose_url_is_only_a_path_counts_as_https", async () => {
      const world = makeWorld();
      const session = await world.sessions.open({ url: "/cart", headers: { host: "shop.example" } });
      const answer = new Headers();
      await world.sessions.commitTo(session.set("a", 1), answer);
      assert(answer.getSetCookie()[0].startsWith("__Host-session="), "another cookie");
    });
  });
}
