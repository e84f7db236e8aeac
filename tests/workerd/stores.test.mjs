import { env } from "cloudflare:workers";
import * as library from "edge-session";
import * as testing from "edge-session/testing";
import { describe, it } from "vitest";
import { storesSuite } from "../conformance/stores.js";

storesSuite({ describe, it }, { ...library, ...testing }, env.SESSIONS);
