import type { Kind } from "./options.js";

/** What can be said of one namespace: its fields, each of its kind, for `describeOptions`. */
export const NAMESPACE: Readonly<Record<string, Kind>> = {
  inspectable: {
    name: "true or false",
    toText: (value) => (typeof value === "boolean" ? String(value) : undefined),
  },
};
