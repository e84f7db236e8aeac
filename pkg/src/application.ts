import type { Chain } from "./chain.js";
import { Core } from "./core.js";
import { SessionError } from "./errors.js";
import { Events } from "./events.js";
import { GuardedStore } from "./guarded.js";
import { Marks } from "./marks.js";
import { Records } from "./records.js";
import { DEFAULT } from "./session.js";
import { Time } from "./time.js";
import type { NamespaceOptions, Options } from "./types.js";

/** The pieces of which one application's sessions are made. */
export interface Application {
  readonly core: Core;
  readonly records: Records;
  readonly events: Events;
  readonly marks: Marks;
  readonly time: Time;
  /** Where tokens come from; `undefined`: from the cookie alone. */
  readonly chain: Chain | undefined;
  readonly namespaces: Readonly<Record<string, NamespaceOptions>>;
  readonly thirdParty: Options["thirdParty"];
  readonly userLimit: Options["userLimit"];
  /** Sessions look for an end of all. */
  readonly hasGlobalEpoch: boolean;
  /** The namespace of which this is the store; `undefined`: it is that of the sessions. */
  readonly part: string | undefined;
  /** The namespaces with a store of their own, each as an application of that store's. */
  readonly parts: ReadonlyMap<string, Application>;
}

/** @throws `SessionError` code `config`, naming every option that is wrong */
export function applicationOf(options: Options, events: Events, part?: string): Application {
  const core = new Core(options);
  const { store, clock, namespaces = {}, globalEpoch: hasGlobalEpoch = false } = options;
  const time = new Time(clock);
  const guarded = new GuardedStore(store, core.storeTimeout, time);
  const records = new Records(core, guarded, events, time, store.consistency, options.userLimit !== undefined);
  // A sign-in counts the sessions that there are.
  if (options.userLimit !== undefined && store.list === undefined) throw new SessionError("config", "userLimit: needs a store that can list");
  const chain = options.transports?.[0]?.join(options.transports);
  const { thirdParty, userLimit } = options;
  return { core, records, events, marks: new Marks(chain?.header), time, chain, namespaces, thirdParty, userLimit, hasGlobalEpoch, part, parts: partsOf(options, events) };
}

/** Of what is kept elsewhere only failures are told: it begins and ends with its session. */
function partsOf({ namespaces = {}, transports: _, createOn: __, userLimit: ___, ...options }: Options, events: Events): Map<string, Application> {
  const quiet = new Events();
  quiet.on("error", ({ error, id }) => events.report(error, id));
  const parts = new Map<string, Application>();
  for (const [name, { store, idle, absolute, ...rest }] of Object.entries(namespaces)) {
    if (store === undefined) continue;
    if (store.consistency === "none") throw new SessionError("config", `namespaces[${JSON.stringify(name)}].store: must keep records`);
    // What has no end of its own ends with the session, whose access and sign-ins the part does not see.
    const lifetime = { idle: idle ?? "never", absolute: absolute ?? "never" } as const;
    try {
      parts.set(name, applicationOf({ ...options, lifetime, store, namespaces: { [DEFAULT]: rest } }, quiet, name));
    } catch (error) {
      const { message } = error as SessionError;
      throw new SessionError("config", `namespaces[${JSON.stringify(name)}]: ${message}`, { cause: error });
    }
  }
  return parts;
}
