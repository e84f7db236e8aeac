/**
 * express-session in workerd: through `cloudflare:node`, which turns a Request into `req` and `res`. Its bare handler goes
 * the same way, so that the bridge is not charged to the library.
 */
import { createServer } from "node:http";
import { handleAsNodeRequest } from "cloudflare:node";
import { bareNodeHttp } from "../contestants/bare-node-http.mjs";
import { expressSession } from "../contestants/express-session.mjs";
import * as fetchTransport from "../transports/fetch.mjs";

let lastPort = 8000;

/** A `(req, res)` handler as one that takes a Request. The port is a name inside the Worker, not a socket. */
const bridged = (contestant) => ({
  ...contestant,
  open(shop) {
    const port = ++lastPort;
    createServer(contestant.open(shop)).listen(port);
    return (request) => handleAsNodeRequest(port, request);
  },
});

export const expressSessionBridged = {
  ...bridged(expressSession),
  bare: { ...bridged(bareNodeHttp), transport: fetchTransport },
};
