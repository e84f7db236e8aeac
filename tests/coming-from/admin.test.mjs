// Zope's management forms: the administration of sessions. edge-session/admin.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adminApi } from "edge-session/admin";
import { newShop, OTHER_SECRET } from "./shop.mjs";

describe("administration", () => {
  async function administered() {
    const shop = newShop({ namespaces: { "shop.cart": { inspectable: true } } });
    const visitor = shop.visitor();
    await visitor.visit((session) => {
      session.namespace("shop.cart").set("items", ["A1"]);
      session.namespace("letters").set("draft", "needle");
    });
    const { id } = await visitor.open();
    return { ...shop, sessions: shop.sessions, visitor, id };
  }

  it("lists_looks_at_and_ends_sessions_behind_a_token", async () => {
    const { sessions, visitor, id } = await administered();
    const token = OTHER_SECRET;

    const admin = adminApi(sessions, { token });

    const ask = async (method, path, authorization = `Bearer ${token}`) => admin(new Request(`https://shop.example/admin/api${path}`, { method, headers: { authorization } }));
    const { sessions: listed } = await (await ask("GET", "/sessions")).json();
    assert.deepEqual(listed.map((session) => session.id), [id]);
    assert.deepEqual((await (await ask("GET", `/sessions/${id}`)).json()).values, { "shop.cart": { items: ["A1"] } });
    assert.equal((await ask("DELETE", `/sessions/${id}`, "Bearer guessed")).status, 401);
    assert.deepEqual(await (await ask("DELETE", `/sessions/${id}`)).json(), { ended: 1 });
    assert.equal(await visitor.open({ create: false }), null);
  });

  it("shows_the_values_of_namespaces_that_were_marked_and_the_names_of_others", async () => {
    const { sessions, id } = await administered();
    const { values, hidden } = await sessions.inspect(id);
    assert.deepEqual(values["shop.cart"].items, ["A1"]);
    assert.deepEqual(hidden, ["letters"]);
    assert.doesNotMatch(JSON.stringify(values), /needle/);
  });
});
