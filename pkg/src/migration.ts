import { SessionError } from "./errors.js";
import type { Slot } from "./namespace.js";
import type { NamespaceOptions, Values } from "./types.js";
import { encodeNamespace, textOf } from "./values.js";
import { isPlainObject } from "./values/plain.js";

/**
 * The namespace in which the version of each other one stands by its name. An application's cannot have this name. No entry:
 * version 0, or nothing is stored.
 */
export const VERSIONS = "$versions";

/** In which version a namespace is stored. */
export function versionOf(versions: Slot, name: string): number {
  return Number(versions.peek()[name] ?? 0);
}

/** Notes the version that a namespace will have; 0: none is to be known; `undefined`: whatever it was. */
export function noteVersion(versions: Slot, name: string, version: number | undefined): void {
  if (version === undefined || version === versionOf(versions, name)) return;
  if (version > 0) versions.touch()[name] = version;
  else delete versions.touch()[name];
}

/**
 * The text of a namespace in its present version, from data that was stored in the version `from`; `undefined`: it is that
 * already.
 *
 * @param data is changed, and not to be used afterwards
 * @throws SessionError `value` when the data is newer than the application, or `migrate` fails or returns what is no data
 */
export function migrated(name: string, data: Values, from: number, options: NamespaceOptions): string | undefined {
  const { version = 0, migrate } = options;
  if (version === 0 || from === version) return undefined;
  const fail = (what: string, cause?: unknown) => new SessionError("value", `${name}: ${what}`, { cause });
  if (from > version) throw fail(`its data is of version ${from}, and this application knows version ${version}`);
  if (migrate === undefined) return undefined;
  try {
    const result: unknown = migrate(data, from);
    if (isPlainObject(result)) return textOf(encodeNamespace(result, name));
  } catch (cause) {
    throw fail(`migrate failed to bring its data from version ${from} to ${version}`, cause);
  }
  throw fail("migrate must return a plain object");
}
