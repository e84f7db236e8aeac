import * as library from "edge-session";
import { sessionHtml } from "edge-session/html";
import { describe, it } from "vitest";
import { templatesSuite } from "../conformance/templates/index.js";

templatesSuite({ describe, it }, library, sessionHtml);
