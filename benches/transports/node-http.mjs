/** Handlers of the shape `(req, res) => void`, called with Node's own objects over a socket that leads nowhere. */
import { IncomingMessage, ServerResponse } from "node:http";
import { Duplex } from "node:stream";

/** Looks like a TLS connection to the middleware, and keeps what is sent. */
class Wire extends Duplex {
  encrypted = true;
  sent = [];
  _read() {}
  _write(chunk, _encoding, done) {
    this.sent.push(chunk);
    done();
  }
}

/** A request and its response, made before the clock runs. */
export function prepare(method, cookie) {
  const wire = new Wire();
  const req = new IncomingMessage(wire);
  const headers = { host: "shop.example", ...(cookie !== undefined && { cookie }) };
  Object.assign(req, { method, url: "/cart", httpVersionMajor: 1, httpVersionMinor: 1, headers });
  const res = new ServerResponse(req);
  res.assignSocket(wire);
  return { req, res, wire };
}

/** Resolves when the response is on the wire. */
export function perform(handler, exchange) {
  return new Promise((resolve) => {
    exchange.res.once("finish", () => resolve(exchange));
    handler(exchange.req, exchange.res);
  });
}

/** What came back, read after the clock has stopped. */
export async function read({ res, wire }) {
  const text = Buffer.concat(wire.sent).toString();
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  return { status: res.statusCode, body, cookies: [res.getHeader("set-cookie") ?? []].flat() };
}
