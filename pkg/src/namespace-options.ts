import type { Kind } from "./options.js";

/** What can be said of one namespace: its fields, each of its kind, for `describeOptions`. */
export const NAMESPACE: Readonly<Record<string, Kind>> = {
  version: {
    name: "a whole number, at least 1",
    toText: (value) => (Number.isSafeInteger(value) && (value as number) >= 1 ? String(value) : undefined),
  },
  migrate: {
    name: "a function",
    toText: (value) => (typeof value === "function" ? "given" : undefined),
  },
};
