import { describe, it } from "vitest";
import * as values from "../../pkg/dist/values.js";
import { valuesSuite } from "../conformance/values.js";

valuesSuite({ describe, it }, values);
