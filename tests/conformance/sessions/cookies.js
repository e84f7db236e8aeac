import { assert, assertSame } from "../assert.js";
import { OTHER_SECRET, SECRET, requestWith } from "./world.js";

const NAME = "__Host-session";

/** Whatever a visitor sends as a cookie: a new session, a reason, no read, no error. */
export function cookiesSuite({ describe, it }, { makeWorld }) {
  /** A world, a visitor of it with a value, and a way to send any `Cookie` header. */
  async function scene(options) {
    const world = makeWorld(options);
    const visitor = world.visitor();
    await visitor.visit((session) => session.set("a", "the visitor's"));
    const send = async (cookie, sessions = world.sessions) => {
      world.hush();
      const session = await sessions.open(typeof cookie === "string" ? requestWith(cookie) : cookie);
      const headers = new Headers();
      await sessions.commitTo(session, headers);
      assertSame(headers.getSetCookie(), [], "cookies:");
      return session;
    };
    return { world, visitor, send };
  }

  /** What came of sending it: `"forged"`, `"opened"`, or `"nothing"` where no cookie of ours came. */
  async function outcome({ world, send }, cookie, sessions) {
    let session;
    const cost = await world.cost(async () => (session = await send(cookie, sessions)));
    if (session.get("a") === "the visitor's") return "opened";
    assert(session.isNew && session.size === 0, "neither the visitor's session nor a new one");
    assertSame(cost, "0 read, 0 write");
    const reasons = world.said("reject").map(({ reason }) => reason);
    assertSame(world.events.length, reasons.length, "other events:");
    assert(reasons.length <= 1, "more than one reason");
    return reasons[0] ?? "nothing";
  }

  describe("a cookie", () => {
    for (const [name, makeHeader, expected] of HEADERS) {
      it(`${name}_is_${expected}`, async () => {
        const play = await scene();
        const other = play.world.visitor();
        await other.visit((session) => session.set("a", "another's"));
        const cookie = makeHeader(play.visitor.token, other.token);
        assertSame(await outcome(play, cookie), expected);
      });
    }

    it("cut_short_anywhere_opens_nothing", async () => {
      const play = await scene();
      const { token } = play.visitor;
      for (let length = 0; length < token.length; length += 1) {
        const reason = await outcome(play, `${NAME}=${token.slice(0, length)}`);
        assert(["malformed", "forged"].includes(reason), `${length} characters: ${reason}`);
      }
    });

    it("changed_in_any_one_character_opens_nothing", async () => {
      const play = await scene();
      const { token } = play.visitor;
      for (let at = 0; at < token.length; at += 1) {
        for (const character of ["A", "_", "Q"]) {
          if (token[at] === character) continue;
          const reason = await outcome(play, `${NAME}=${token.slice(0, at)}${character}${token.slice(at + 1)}`);
          assert(["malformed", "forged", "unknown-key", "unknown-version"].includes(reason), `character ${at}: ${reason}`);
        }
      }
    });

    for (const [name, theirs, expected] of STRANGERS) {
      it(`of_${name}_is_${expected}`, async () => {
        const play = await scene();
        const stranger = play.world.visitor(play.world.application(theirs));
        await stranger.visit((session) => session.set("a", "the visitor's"));
        assertSame(await outcome(play, `${NAME}=${stranger.token}`), expected);
      });
    }

    it("of_the_same_application_under_a_new_name_is_forged_even_with_the_same_audience", async () => {
      const play = await scene({ audience: "shop" });
      const sessions = play.world.application({ audience: "shop", cookie: { name: "sid" } });
      assertSame(await outcome(play, `sid=${play.visitor.token}`, sessions), "forged");
      assertSame(await outcome(play, `${NAME}=${play.visitor.token}`), "opened");
    });

    it("that_is_older_than_another_of_the_same_session_gives_way_to_it", async () => {
      const play = await scene();
      const old = play.visitor.token;
      play.world.clock.advance(3 * 60_000);
      await play.visitor.visit();
      for (const both of [[old, play.visitor.token], [play.visitor.token, old]]) {
        const session = await play.send(both.map((token) => `${NAME}=${token}`).join("; "));
        assertSame(session.get("a"), "the visitor's");
      }
    });
  });

  describe("a Cookie header", () => {
    it("of_two_lines_is_read_whole_however_the_runtime_joins_them", async () => {
      const play = await scene();
      const own = `${NAME}=${play.visitor.token}`;
      for (const lines of [["theme=dark; b=2", own], [own, "theme=dark; b=2"], ["a=1", `b=2; ${own}; c=3`]]) {
        const headers = new Headers();
        for (const line of lines) headers.append("cookie", line);
        const asList = { url: "https://shop.example/", headers: { cookie: lines } };
        for (const request of [{ headers }, requestWith(lines.join(", ")), requestWith(lines.join("; ")), asList]) {
          assertSame(await outcome(play, request), "opened");
        }
      }
    });

    for (const [name, headers] of Object.entries(EMPTY)) {
      it(`that_is_${name}_is_that_of_a_new_visitor`, async () => {
        const play = await scene();
        assertSame(await outcome(play, { headers }), "nothing");
        assertSame(await play.world.sessions.open({ headers }, { create: false }), null);
      });
    }

    it("of_every_kind_of_characters_is_no_error", async () => {
      const play = await scene();
      const texts = ["日本", "\ud800", "\0", "é".repeat(100), "\u{1f98a}", "%", '"', "\\", "=", ";", ",", ";;;=;;", "\r\n", "\t"];
      for (const text of texts) {
        for (const cookie of [text, `${text}=x`, `${NAME}=${text}`, `${NAME}${text}`, `${text}; ${NAME}=x`, `a=${text}, ${NAME}=${text}`]) {
          const reason = await outcome(play, { headers: { cookie } });
          assert(["nothing", "malformed"].includes(reason), `${JSON.stringify(cookie)}: ${reason}`);
        }
        const beside = await outcome(play, { headers: { cookie: `a=${text}; ${NAME}=${play.visitor.token}` } });
        assertSame(beside, "opened", JSON.stringify(text));
      }
    });
  });

  it("a_refused_cookie_is_replaced_as_soon_as_something_is_stored", async () => {
    const { world, visitor } = await scene();
    const { token } = visitor;
    visitor.jar.store(visitor.url, new Headers({ "set-cookie": `${NAME}=forged; Path=/; Secure` }));
    await visitor.visit((session) => session.set("a", "anew"));
    assert(visitor.token !== token && visitor.token !== "forged", "the cookie stays");
    assertSame(await visitor.see("a"), "anew");
    assertSame(world.said("reject"), [{ reason: "malformed" }]);
  });
}

const KILOBYTES_128 = 128 * 1024;
const pair = (value) => `${NAME}=${value}`;
const long = (start) => start.repeat(Math.ceil(KILOBYTES_128 / start.length)).slice(0, KILOBYTES_128);
const crowd = (make) => Array.from({ length: 2_000 }, (_, n) => make(n)).join("; ");

/** A name, the header made of the visitor's token and of another visitor's, and what comes of it. */
const HEADERS = [
  ["as_it_was_sent", (own) => pair(own), "opened"],
  ["among_others", (own) => `theme=dark; ${pair(own)}; b=2`, "opened"],
  ["that_is_empty", () => pair(""), "malformed"],
  ["that_is_not_base64url", () => pair("hello world!"), "malformed"],
  ["in_quotes", (own) => pair(`"${own}"`), "malformed"],
  ["percent_encoded", (own) => pair(encodeURIComponent(`${own}=`)), "malformed"],
  ["of_a_few_letters", () => pair("abcd"), "malformed"],
  ["of_zeros", () => pair("A".repeat(200)), "unknown-version"],
  ["with_something_behind_it", (own) => pair(`${own}AAAA`), "forged"],
  ["of_another_version", (own) => pair(`Ag${own.slice(2)}`), "unknown-version"],
  ["of_an_unknown_key", (own) => pair(`AQAAAAA${own.slice(7)}`), "unknown-key"],
  ["of_4097_bytes", () => pair("A".repeat(4_097)), "oversized"],
  ["of_128_kB", () => pair("A".repeat(KILOBYTES_128)), "oversized"],
  ["beside_128_kB_of_others", (own) => `${long("a=1; ")}; ${pair(own)}`, "opened"],
  ["beside_128_kB_of_commas", (own) => `${long(",")}; ${pair(own)}`, "opened"],
  ["after_128_kB_of_names_like_it", (own) => `${long(`${NAME}; `)}; ${pair(own)}`, "opened"],
  ["repeated_for_128_kB", () => long(`${pair("x")}; `), "malformed"],
  ["that_differs_2000_times", () => crowd((n) => pair(`x${n}`)), "duplicate"],
  ["hidden_2000_times_in_others", (own) => `${crowd((n) => `a${n}=1, ${pair(`x${n}`)}`)}; ${pair(own)}`, "opened"],
  ["that_came_twice", (own) => `${pair(own)}; ${pair(own)}`, "opened"],
  ["beside_another_visitors", (own, other) => `${pair(own)}; ${pair(other)}`, "duplicate"],
  ["behind_another_visitors", (own, other) => `${pair(other)}; ${pair(own)}`, "duplicate"],
  ["beside_a_forged_one", (own) => `${pair("forged")}; ${pair(own)}`, "opened"],
  ["in_front_of_a_forged_one", (own) => `${pair(own)}; ${pair(`${own.slice(0, -8)}AAAAAAAA`)}`, "opened"],
  ["under_a_name_in_capitals", (own) => `__HOST-SESSION=${own}`, "nothing"],
  ["under_the_name_for_plain_http", (own) => `session=${own}`, "nothing"],
  ["under_another_name", (own) => `sid=${own}`, "nothing"],
];

/** Other applications, by what is different, and what their cookies are here. */
const STRANGERS = [
  ["an_application_with_another_secret", { secrets: [OTHER_SECRET] }, "unknown-key"],
  ["an_application_with_another_audience", { secrets: [SECRET], audience: "the other shop" }, "forged"],
  ["an_application_with_another_cookie_name", { cookie: { name: "sid" } }, "forged"],
  ["an_application_with_another_cookie_name_and_our_audience", { audience: NAME, cookie: { name: "sid" } }, "forged"],
];

const EMPTY = {
  missing: {},
  empty: { cookie: "" },
  undefined: { cookie: undefined },
  a_list_of_nothing: { cookie: [] },
};
