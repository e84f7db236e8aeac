const url = "https://shop.example/";
/** Fixed, for want of a random source where Workers begin. An application keeps its own where nobody reads it. */
const SECRET = "VnCKRnGLXtm6Awi9wQkQzZQfwQpCezZ0h8AgVZUFmFk";

/**
 * The program of every consumer: a value kept in one request is there in the next. `createSessions` is called where
 * applications call it, at the top of the program; in Workers there is no randomness then.
 *
 * The cookie goes through plain headers, since a page may neither set one on a `Request` nor read one from a `Response`.
 */
export function shop(createSessions, store) {
  const sessions = createSessions({ secrets: [SECRET], store });
  return async function visitTwice() {
    const headers = new Headers();
    const first = await sessions.open({ url, headers: {} });
    first.data.cart = [{ sku: "A1", kept: "ok" }];
    await sessions.commitTo(first, headers);
    const [cookie] = headers.getSetCookie();
    const second = await sessions.open({ url, headers: { cookie: cookie.split(";")[0] } });
    return second.isNew ? "a new session" : (second.get("cart")?.[0].kept ?? "a session without its cart");
  };
}
