import { type Act, KEEP } from "./plans.js";

/** Who uses a session; all `null`: nobody is signed in. */
export interface Identity {
  readonly user: string | null;
  readonly level: string | null;
  readonly device: string | null;
  readonly authenticatedAt: number | null;
}

export const NOBODY: Identity = { user: null, level: null, device: null, authenticatedAt: null };

/** What is to happen to the session itself; each time that something is asked for it is another object. */
export interface Asked {
  readonly act: Act;
  /** Who signs in, or out. */
  readonly user: string | null;
  /** What was to happen before that was asked for, and who the user was then. */
  readonly before?: readonly [asked: Asked, identity: Identity | undefined];
  /** Puts back what was left out of the session. */
  readonly undo?: () => void;
  /** The names of the namespaces that stay, where not all do. */
  readonly keeps?: readonly string[] | undefined;
}

export const NOTHING_ASKED: Asked = { act: KEEP, user: null };

/** Whether a commit has something to write, by what is asked for and the changed namespaces as text. */
export function isChange({ act }: Asked, changes: string): boolean {
  return act !== KEEP || changes !== "";
}

/** What stays of the session, as it crosses to the core. */
export function keepsLine({ keeps }: Asked): string {
  return keeps === undefined ? "" : `-${keeps.map((name) => `\t${JSON.stringify(name)}`).join("")}\n`;
}

/** Who signs in, as it crosses to the core. */
export function loginLine({ user, level, device }: Identity): string {
  const optional = (text: string | null) => (text === null ? "" : JSON.stringify(text));
  return `${JSON.stringify(user)}\t${optional(level)}\t${optional(device)}\n`;
}
