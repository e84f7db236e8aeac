import { describe, it } from "node:test";
import * as values from "../../pkg/dist/values.js";
import { valuesSuite } from "../conformance/values.js";

// SEED=n runs the random values that a failure printed once more.
const { SEED } = process.env;
valuesSuite({ describe, it }, values, SEED === undefined ? undefined : Number(SEED));
