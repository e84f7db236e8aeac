import type { Asked } from "./asked.js";
import type { Events } from "./events.js";
import { COOKIE, DESTROY, LOGIN, LOGOUT, type Opened, ROTATE } from "./plans.js";
import { handleOf } from "./records.js";
import { SOURCES } from "./request.js";
import type { RejectReason, Source } from "./types.js";

/** What the request's tokens were refused for, and the session that came too late. */
export function tellOpened(events: Events, { refused, expired, limit }: Opened): void {
  refused.forEach((reason, way) => reason !== undefined && tellRejected(events, reason as RejectReason, way));
  if (expired === undefined) return;
  events.end({ id: expired, reason: "expired" }, "expire", { id: expired, reason: limit as "idle" | "absolute" });
}

/** Why what came by this way gave no session. */
export function tellRejected(events: Events, reason: RejectReason, way: number): void {
  events.emit("reject", way === COOKIE ? { reason } : { reason, source: SOURCES[way] as Source });
}

/**
 * What happened to a session with a commit, by key.
 *
 * @param old the one that the session had before; empty for a new session: that cannot have been rotated or left
 */
export function tellSettled(events: Events, { act, user }: Asked, created: boolean, key: string, old: string): void {
  const id = handleOf(key);
  const previous = old === "" ? undefined : handleOf(old);
  if (created) events.begin(id);
  // A session that goes on under another id ends under that one.
  if (previous !== undefined && (act === ROTATE || act === LOGIN)) events.leave(previous);
  switch (act) {
    case ROTATE:
      if (previous !== undefined) events.emit("rotate", { id, previous });
      return;
    case LOGIN:
      return events.emit("login", { id, user: user ?? "", ...(previous !== undefined && { previous }) });
    case LOGOUT:
      if (previous === undefined) return;
      events.end({ id: previous, reason: "logout" }, "logout", { id, user });
      // From an id that was over, nothing goes on.
      return id === previous ? undefined : events.begin(id);
    case DESTROY:
      return events.end({ id, reason: "destroyed" }, "destroy", { id });
  }
}
