import { env } from "cloudflare:workers";
import * as library from "edge-session";
import { d1Store } from "edge-session/d1";
import { durableObjectStore } from "edge-session/durable-object";
import * as testing from "edge-session/testing";
import { describe, it } from "vitest";
import { thousandSuite } from "../conformance/thousand.js";

thousandSuite({ describe, it }, library, testing, {
  d1Store: () => d1Store(env.DB),
  durableObjectStore: () => durableObjectStore(env.OBJECTS),
});
