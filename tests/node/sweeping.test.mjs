import { describe, it } from "node:test";
import * as library from "edge-session";
import * as sweeper from "edge-session/sweeper";
import * as testing from "edge-session/testing";
import { memoryStorage } from "../conformance/sessions/storages.js";
import { sweepingSuite } from "../conformance/sessions/sweeping.js";
import { World } from "../conformance/sessions/world.js";

const storage = memoryStorage(library);
sweepingSuite({ describe, it }, { makeWorld: (options) => new World({ library, testing, storage }, options) }, sweeper);
