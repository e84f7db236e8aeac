import { assert, assertFails, assertSame } from "../assert.js";
import { OTHER_SECRET, SECRET } from "./world.js";

/** Every wrong option is named, before any request. */
export function optionsSuite({ describe, it }, { makeWorld }) {
  describe("options", () => {
    for (const [field, wrong, why] of WRONG) {
      it(`${field}_is_named_when_it_${why}`, async () => {
        const { library, options } = makeWorld();
        const error = await assertFails(() => library.createSessions({ ...options, ...wrong }), "config");
        assert(error.message.startsWith(`${field}: `), error.message);
      });
    }

    it("every_wrong_field_is_named_at_once", async () => {
      const { library, options } = makeWorld();
      const wrong = { secrets: [], maxBytes: -1, audience: 7, lifetme: "aal2", cookie: { path: "x", sameSite: "lax" } };
      const { message } = await assertFails(() => library.createSessions({ ...options, ...wrong }), "config");
      for (const field of ["secrets", "maxBytes", "audience", "lifetme", "cookie.sameSite"]) {
        assert(message.includes(`${field}: `), `${field} is missing in: ${message}`);
      }
    });

    it("a_field_that_cannot_be_read_is_named", async () => {
      const { library, options } = makeWorld();
      for (const field of ["secrets", "store", "audience"]) {
        const wrong = Object.defineProperty({ ...options }, field, { get: () => { throw new Error("needle"); } });
        const { message } = await assertFails(() => library.createSessions(wrong), "config");
        assert(message.includes(`${field}: cannot be read`) && !message.includes("needle"), message);
      }
    });

    it("no_error_repeats_a_secret", async () => {
      const { library, options } = makeWorld();
      for (const secret of ["needle-in-clear-text", "needle", `${SECRET}needle!`]) {
        const error = await assertFails(() => library.createSessions({ ...options, secrets: [secret] }), "config", /^secrets/);
        assert(!`${error.message}${error.stack}`.includes("needle"), error.message);
      }
    });

    for (const wrong of [undefined, null, 7, "options", true]) {
      it(`${wrong}_is_no_options`, async () => {
        const { library } = makeWorld();
        await assertFails(() => library.createSessions(wrong), "config", /options|secrets/);
      });
    }

    for (const [name, right] of Object.entries(RIGHT)) {
      it(`${name}_can_be_used`, async () => {
        const world = makeWorld(right);
        const visitor = world.visitor();
        await visitor.visit((session) => session.set("a", 1));
        assertSame(await visitor.see("a"), 1);
      });
    }

    it("a_secret_is_the_same_in_every_way_of_writing_it", async () => {
      const world = makeWorld();
      const visitor = world.visitor();
      await visitor.visit((session) => session.set("a", 1));
      const bytes = Uint8Array.from(atob(SECRET.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
      const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      for (const secret of [bytes, hex, hex.toUpperCase(), btoa(String.fromCharCode(...bytes)), `${SECRET}=`]) {
        visitor.sessions = world.application({ secrets: [secret] });
        assertSame(await visitor.see("a"), 1, typeof secret);
      }
    });

    it("that_are_made_from_env_are_made_once_per_env_and_checked_then", async () => {
      const world = makeWorld();
      let made = 0;
      const sessions = world.library.createSessions(({ secret }) => (made++, { ...world.options, secrets: [secret] }));
      const [red, blue, bad] = [{ secret: SECRET }, { secret: OTHER_SECRET }, { secret: "short" }];
      const request = { headers: {} };
      for (const env of [red, blue, red, blue]) await sessions.open(request, { env });
      await sessions.handle(async (_, { session }) => (await session(), new Response()))(request, red, {});
      await sessions.bind(blue).open(request);
      assertSame(made, 2);
      await assertFails(() => sessions.open(request, { env: bad }), "config", /^secrets\[0\]: /);
      await assertFails(() => sessions.bind(bad), "config", /^secrets\[0\]: /);
    });

    it("of_two_environments_make_two_applications", async () => {
      const world = makeWorld();
      const sessions = world.library.createSessions((secret) => ({ ...world.options, secrets: [secret.text] }));
      const visitor = world.visitor(sessions.bind({ text: SECRET }));
      await visitor.visit((session) => session.set("a", 1));
      visitor.sessions = sessions.bind({ text: OTHER_SECRET });
      assertSame(await visitor.see("a"), undefined);
    });
  });
}

const store = { consistency: "strong", read: () => [], write: () => true, remove: () => undefined };

/** The field that must be named, the options, and what is wrong with them. */
const WRONG = [
  ["secrets", { secrets: undefined }, "is_missing"],
  ["secrets", { secrets: SECRET }, "is_no_list"],
  ["secrets", { secrets: [] }, "is_empty"],
  ["secrets[0]", { secrets: [undefined] }, "holds_nothing"],
  ["secrets[0]", { secrets: [7] }, "holds_a_number"],
  ["secrets[0]", { secrets: [""] }, "holds_an_empty_text"],
  ["secrets[0]", { secrets: ["c2hvcnQ"] }, "holds_one_that_is_too_short"],
  ["secrets[0]", { secrets: ["not base64, and not hex either: at all"] }, "holds_one_that_is_not_decodable"],
  ["secrets[0]", { secrets: ["A".repeat(64)] }, "holds_one_that_repeats_itself"],
  ["secrets[1]", { secrets: [SECRET, new Uint8Array(31)] }, "holds_a_second_one_of_31_bytes"],
  ["secrets[1]", { secrets: [SECRET, SECRET] }, "holds_one_twice"],
  ["store", { store: undefined }, "is_missing"],
  ["store", { store: null }, "is_null"],
  ["store", { store: "kv" }, "is_a_text"],
  ["store", { store: { ...store, read: undefined } }, "cannot_read"],
  ["store", { store: { ...store, write: 7 } }, "cannot_write"],
  ["store", { store: { ...store, remove: null } }, "cannot_remove"],
  ["store", { store: { ...store, consistency: "sometimes" } }, "has_no_known_consistency"],
  ["cookie", { cookie: null }, "is_null"],
  ["cookie", { cookie: "session" }, "is_a_text"],
  ["cookie.name", { cookie: { name: "" } }, "is_empty"],
  ["cookie.name", { cookie: { name: "a b" } }, "holds_a_space"],
  ["cookie.name", { cookie: { name: "a=b" } }, "holds_an_equals_sign"],
  ["cookie.name", { cookie: { name: "ü" } }, "is_not_ascii"],
  ["cookie.name", { cookie: { name: "x".repeat(97) } }, "is_too_long"],
  ["cookie.name", { cookie: { name: 7 } }, "is_a_number"],
  ["cookie.path", { cookie: { path: "cart" } }, "is_not_absolute"],
  ["cookie.path", { cookie: { path: "/; Domain=evil.example" } }, "holds_a_semicolon"],
  ["cookie.path", { cookie: { path: "/cart" } }, "is_not_the_root_under_the_name_with___Host"],
  ["cookie.domain", { cookie: { domain: "shop.example" } }, "is_given_under_the_name_with___Host"],
  ["cookie.domain", { cookie: { name: "sid", domain: "https://shop.example" } }, "is_a_url"],
  ["cookie.domain", { cookie: { name: "sid", domain: ".shop.example" } }, "begins_with_a_dot"],
  ["cookie.domain", { cookie: { name: "sid", domain: "127.0.0.1" } }, "is_an_address"],
  ["cookie.secure", { cookie: { secure: false } }, "is_false_under_the_name_with___Host"],
  ["cookie.secure", { cookie: { name: "__Secure-sid", secure: false } }, "is_false_under_the_name_with___Secure"],
  ["cookie.secure", { cookie: { secure: "yes" } }, "is_a_text"],
  ["cookie.httpOnly", { cookie: { httpOnly: 1 } }, "is_a_number"],
  ["cookie.sameSite", { cookie: { sameSite: "lax" } }, "is_in_small_letters"],
  ["cookie.sameSite", { cookie: { sameSite: "Lax; Secure" } }, "holds_more_than_a_word"],
  ["cookie.sameSite", { cookie: { name: "sid", secure: false, sameSite: "None" } }, "is_None_without_secure"],
  ["cookie.partitioned", { cookie: { name: "sid", secure: false, partitioned: true } }, "is_true_without_secure"],
  ["cookie.persist", { cookie: { persist: "7d" } }, "is_a_length_of_time"],
  ["cookie.budget", { cookie: { budget: 10 } }, "has_room_for_no_token"],
  ["cookie.budget", { cookie: { budget: 4_001 } }, "is_more_than_a_browser_keeps"],
  ["cookie.maxAge", { cookie: { maxAge: 60 } }, "does_not_exist"],
  ["lifetime", { lifetime: "aal4" }, "is_no_preset"],
  ["lifetime", { lifetime: 60_000 }, "is_a_number"],
  ["lifetime.idle", { lifetime: { idle: "soon" } }, "is_no_length_of_time"],
  ["lifetime.idle", { lifetime: { idle: 0 } }, "is_nothing"],
  ["lifetime.idle", { lifetime: { idle: -1 } }, "is_less_than_nothing"],
  ["lifetime.idle", { lifetime: { idle: 1.5 } }, "is_not_whole"],
  ["lifetime.idle", { lifetime: { idle: null } }, "is_null"],
  ["lifetime.idle", { lifetime: { idle: "2d", absolute: "1d" } }, "is_longer_than_absolute"],
  ["lifetime.absolute", { lifetime: { absolute: "0s" } }, "is_nothing"],
  ["lifetime.absolute", { lifetime: { absolute: Infinity } }, "is_infinite"],
  ["lifetime.resolution", { lifetime: { resolution: "2h" } }, "is_longer_than_idle"],
  ["lifetime.resolution", { lifetime: { resolution: "never" } }, "is_never"],
  ["lifetime.abslute", { lifetime: { abslute: "1d" } }, "does_not_exist"],
  ["audience", { audience: 7 }, "is_a_number"],
  ["storeTimeout", { storeTimeout: "a while" }, "is_no_length_of_time"],
  ["storeTimeout", { storeTimeout: null }, "is_null"],
  ["maxBytes", { maxBytes: "1 MB" }, "is_a_text"],
  ["maxBytes", { maxBytes: 1.5 }, "is_not_whole"],
  ["maxBytes", { maxBytes: 100 }, "is_too_small_for_anything"],
  ["maxBytes", { maxBytes: 26 * 1024 * 1024 }, "is_more_than_kv_keeps"],
  ["maxValueBytes", { maxValueBytes: 0 }, "is_nothing"],
  ["maxValueBytes", { maxValueBytes: "64 kB" }, "is_a_text"],
  ["sealRecords", { sealRecords: "true" }, "is_a_text"],
  ["globalEpoch", { globalEpoch: 1 }, "is_a_number"],
  ["namespaces", { namespaces: null }, "is_null"],
  ["namespaces", { namespaces: "cart" }, "is_a_text"],
  ['namespaces["cart"]', { namespaces: { cart: 2 } }, "is_a_number"],
  ['namespaces["cart"]', { namespaces: { cart: null } }, "is_null_for_one"],
  ['namespaces["$session"]', { namespaces: { $session: { version: 1 } } }, "is_the_library_s_own"],
  ['namespaces["cart"].version', { namespaces: { cart: { version: 0 } } }, "is_not_positive"],
  ['namespaces["cart"].version', { namespaces: { cart: { version: 1.5 } } }, "is_not_whole"],
  ['namespaces["cart"].version', { namespaces: { cart: { version: "2" } } }, "is_a_text"],
  ['namespaces["cart"].version', { namespaces: { cart: { version: null } } }, "is_null"],
  ['namespaces["shop.cart"].migrate', { namespaces: { "shop.cart": { version: 2, migrate: "up" } } }, "is_a_text"],
  ['namespaces["cart"].idle', { namespaces: { cart: { idle: 0 } } }, "is_nothing"],
  ['namespaces["cart"].absolute', { namespaces: { cart: { absolute: "0s" } } }, "is_nothing"],
  ['namespaces["cart"].migrations', { namespaces: { cart: { version: 2, migrations: [] } } }, "does_not_exist"],
  ["clock", { clock: null }, "is_null"],
  ["clock", { clock: Date.now }, "is_a_function"],
  ["clock", { clock: { now: Date.now } }, "cannot_sleep"],
  ["storeTimeOut", { storeTimeOut: "5s" }, "does_not_exist"],
];

const RIGHT = {
  an_unusual_cookie: { cookie: { name: "__Secure-s.i_d", path: "/", domain: "shop.example", sameSite: "None", partitioned: true, budget: 4_000 } },
  a_lifetime_without_end: { lifetime: { idle: "never", absolute: "never" } },
  fields_that_are_undefined: { cookie: undefined, lifetime: undefined, audience: undefined, maxBytes: undefined, storeTimeout: undefined },
  namespaces_of_any_name: { namespaces: { "": {}, "shop.cart": { version: 1 }, __proto__: { version: 3 }, default: { version: 2, migrate: (data) => data } } },
  many_secrets: { secrets: [SECRET, OTHER_SECRET, crypto.getRandomValues(new Uint8Array(48))] },
};
