/** Handlers of the shape `(request, env, ctx) => Response`, called directly: no server, no socket. */

const URL_OF_CART = "https://shop.example/cart";

/** A request, made before the clock runs. Every request is used once, as in life. */
export function prepare(method, cookie) {
  const headers = { "x-forwarded-proto": "https", ...(cookie !== undefined && { cookie }) };
  return new Request(URL_OF_CART, { method, headers });
}

/** Resolves when the response is there and all that was left to `waitUntil` is done: the CPU pays for both. */
export async function perform(handler, request) {
  const deferred = [];
  const ctx = { waitUntil: (promise) => void deferred.push(promise), passThroughOnException() {}, props: {} };
  const response = await handler(request, {}, ctx);
  if (deferred.length > 0) await Promise.all(deferred);
  return response;
}

/** What came back, read after the clock has stopped. */
export async function read(response) {
  return { status: response.status, body: await response.text(), cookies: response.headers.getSetCookie() };
}
