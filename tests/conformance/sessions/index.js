import { cookiesSuite } from "./cookies.js";
import { cookieOnlySuite } from "./cookie-only.js";
import { costsSuite } from "./costs.js";
import { csrfSuite } from "./csrf.js";
import { endingsSuite } from "./endings.js";
import { endsSuite } from "./ends.js";
import { eventsSuite } from "./events.js";
import { eventualSuite } from "./eventual.js";
import { everybodySuite } from "./everybody.js";
import { failuresSuite } from "./failures.js";
import { identitySuite } from "./identity.js";
import { inspectSuite } from "./inspect.js";
import { leftOutSuite } from "./left-out.js";
import { lifetimesSuite } from "./lifetimes.js";
import { limitsSuite } from "./limits.js";
import { migrationsSuite } from "./migrations.js";
import { unreadableSuite } from "./unreadable.js";
import { metadataSuite } from "./metadata.js";
import { misuseSuite } from "./misuse.js";
import { namedSuite } from "./named.js";
import { namespacesSuite } from "./namespaces.js";
import { optionsSuite } from "./options.js";
import { parallelSuite } from "./parallel.js";
import { partsSuite } from "./parts.js";
import { savedPartsSuite } from "./parts-saved.js";
import { plainHttpSuite } from "./plain-http.js";
import { responsesSuite } from "./responses.js";
import { sealedSuite } from "./sealed.js";
import { secretsSuite } from "./secrets.js";
import { surfaceSuite } from "./surface.js";
import { trapsSuite } from "./traps.js";
import { usersSuite } from "./users.js";
import { visitorsSuite } from "./visitors.js";
import { World } from "./world.js";

/** What holds wherever the sessions are. */
const EVERYWHERE = [
  costsSuite,
  surfaceSuite,
  misuseSuite,
  namespacesSuite,
  migrationsSuite,
  metadataSuite,
  identitySuite,
  endingsSuite,
  csrfSuite,
  eventsSuite,
  endsSuite,
  responsesSuite,
  lifetimesSuite,
  cookiesSuite,
  optionsSuite,
  limitsSuite,
  secretsSuite,
  visitorsSuite,
  plainHttpSuite,
];

/** What speaks of records: what a store answers, who else reads them, who else changes them meanwhile. */
const IN_A_STORE = [failuresSuite, sealedSuite, trapsSuite, parallelSuite, unreadableSuite, usersSuite, everybodySuite, namedSuite, partsSuite, savedPartsSuite, leftOutSuite, inspectSuite];

/**
 * What `createSessions` promises, in any runtime.
 *
 * @param runner the framework's `describe` and `it`
 * @param library what `edge-session` exports
 * @param testing what `edge-session/testing` exports
 * @param storage where the sessions are kept, of storages.js
 */
export function sessionsSuite(runner, library, testing, storage) {
  const { strong, remembers, lists } = storage;
  const makeWorld = (options) => new World({ library, testing, storage }, options);
  runner.describe(`sessions on ${storage.name}`, () => {
    const stored = strong ? IN_A_STORE : [...IN_A_STORE, eventualSuite];
    for (const suite of [...EVERYWHERE, ...(remembers ? stored : [cookieOnlySuite])]) suite(runner, { makeWorld, strong, remembers, lists, library, testing });
  });
}
