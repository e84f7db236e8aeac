// The suites, gathered as a list of tests for the runner outside to run one by one.
import * as library from "edge-session";
import { sessionHtml } from "edge-session/html";
import * as testing from "edge-session/testing";
import loadRewriter from "/node_modules/htmlrewriter/dist/html_rewriter.js";
import { HTMLRewriterWrapper } from "/node_modules/htmlrewriter/dist/html_rewriter_wrapper.js";
import * as values from "/pkg/dist/values.js";
import { sessionsSuite } from "../conformance/sessions/index.js";
import { cookieStorage, kvStorage, memoryStorage } from "../conformance/sessions/storages.js";
import { storesSuite } from "../conformance/stores.js";
import { templatesSuite } from "../conformance/templates/index.js";
import { valuesSuite } from "../conformance/values.js";

const tests = [];
const path = [];

function describe(name, body) {
  path.push(name);
  body();
  path.pop();
}

function it(name, body) {
  tests.push({ path: [...path], name, body });
}

const runner = { describe, it };
const newKv = () => testing.kvLocations({ writeGap: 0 }).location("here");
valuesSuite(runner, values);
storesSuite(runner, { ...library, ...testing }, newKv());
sessionsSuite(runner, library, testing, memoryStorage(library));
sessionsSuite(runner, library, testing, cookieStorage(library));
sessionsSuite(runner, library, testing, kvStorage(library, "kvStore on a model of KV", newKv()));
templatesSuite(runner, library, sessionHtml, { HTMLRewriter: HTMLRewriterWrapper(loadRewriter()) });

/** The tests' groups and names, in order. */
window.listTests = () => tests.map(({ path: groups, name }) => ({ groups, name }));

/** Runs one test; gives back what it threw, as text, or `null`. */
window.runTest = async (index) => {
  try {
    await tests[index].body();
    return null;
  } catch (error) {
    return String(error?.stack ?? error);
  }
};
