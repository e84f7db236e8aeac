/** What an application is told of, and why. */
import type { Source } from "./types.js";

/**
 * Why a session is over: its time was, its user signed out, it was destroyed or deleted, a store that was full dropped it,
 * or somebody else ended it, as `revoke` does.
 */
export type EndReason = "expired" | "logout" | "destroyed" | "evicted" | "revoked";

/** What happens to sessions. `id` is the handle. */
export interface SessionEvents {
  /** A session begins: of a new visitor, and of one who signed out. */
  create: { readonly id: string };
  /** `previous`: the handle until now; not there for a session that begins with it. */
  login: { readonly id: string; readonly user: string; readonly previous?: string };
  logout: { readonly id: string; readonly user: string | null };
  rotate: { readonly id: string; readonly previous: string };
  /** `reason`: the limit that a visitor came too late for; `"swept"`: nobody came, and the store dropped the record. */
  expire: { readonly id: string; readonly reason: "idle" | "absolute" | "swept" };
  /** Something of a namespace has outlived its own lifetime. Once, until the session is written without it. */
  "expire-namespace": { readonly id: string; readonly namespace: string };
  destroy: { readonly id: string };
  /** A session is over. Once for each, behind the event of its own that its end has. */
  end: { readonly id: string; readonly reason: EndReason };
  /** `source`: how it came, if not by cookie. */
  reject: { readonly reason: RejectReason; readonly source?: Source };
  stale: { readonly id: string };
  conflict: { readonly id: string };
  error: { readonly error: unknown; readonly id?: string };
}

/** Why a token gave no session. */
export type RejectReason =
  | "malformed"
  | "oversized"
  | "unknown-version"
  | "unknown-key"
  | "forged"
  | "incomplete"
  | "expired"
  | "ended"
  | "duplicate";
