import { type Asked, isChange } from "./asked.js";
import { Directory } from "./directory.js";
import { SessionError } from "./errors.js";
import { DESTROY, LOGIN, LOGOUT, type Writes } from "./plans.js";
import { handleOf } from "./records.js";
import type { SessionHandle } from "./session.js";
import { Sight } from "./sight.js";
import { tellSettled } from "./telling.js";
import type { UserLimit } from "./types.js";

/** How often a plan may be overtaken by others before it is a `conflict`. */
const ATTEMPTS = 50;

/** What is to be there before the session is written. */
type First = (() => Promise<void>) | undefined;

/**
 * A session as one request writes it: one commit or save after the other, each until a plan of the core's holds.
 *
 * What to write and in which order are the core's answers. How often to try again, and what to wait for before, is said here.
 */
export abstract class Settling extends Sight {
  /** A commit or save that is under way: the next one builds on it. */
  #settling: Promise<void> | undefined;
  /** The view is older than what was written. */
  #written = false;

  /**
   * Writes what changed, and keeps the cookies to send for {@link Sight.mark}. `undefined`: there is nothing to do.
   *
   * @param first writes what is to be there before, once it is certain that the session can be written
   * @throws `SessionError`; then nothing was issued.
   */
  settle(session: SessionHandle, first?: First): Promise<void> | undefined {
    if (this.#settling !== undefined) return this.#settling.catch(() => undefined).then(() => this.settle(session, first));
    const changes = session.changes();
    if (!this.#isDue(session, changes)) return this.ended ? undefined : first?.();
    this.#settling = this.#settle(session, changes, first).finally(() => (this.#settling = undefined));
    return this.#settling;
  }

  /** Whether there is, or may be once a save that is under way is done, something to write. @param renews also what would soon be over */
  isDue(session: SessionHandle, renews: boolean): boolean {
    // What a save writes is what the changes were when it began: they are not to be looked at meanwhile.
    return this.#settling !== undefined || this.#isDue(session, session.changes(), renews);
  }

  #isDue({ asked }: SessionHandle, changes: string, renews = true): boolean {
    return !this.ended && ((renews && (this.due || this.isOvertaken)) || isChange(asked, changes));
  }

  async #settle(session: SessionHandle, changes: string, first: First): Promise<void> {
    // An end needs no look at what there is.
    if (this.#written && session.asked.act !== DESTROY && (this.isOvertaken || isChange(session.asked, changes))) {
      try {
        await this.#resume(session);
      } catch (error) {
        // What was saved is saved, whoever else may have led it on.
        if (isChange(session.asked, changes)) throw error;
        return first?.();
      }
      changes = session.changes();
      if (this.ended) return;
      if (!isChange(session.asked, changes)) return first?.();
    }
    const { userLimit } = this.app;
    // What is asked for while this is under way is for the next time.
    const { asked } = session;
    if (asked.act === LOGIN && userLimit !== undefined) await this.#signIn(session, asked, changes, first, userLimit);
    else await this.#write(session, asked, changes, first);
  }

  /** Reads again what this request wrote before, and what others added to it. */
  async #resume(session: SessionHandle): Promise<void> {
    await this.load(this.keys);
    this.#written = false;
    if (!this.ended) session.rebase();
  }

  /** Of sign-ins of one user in this process, each counts those before. What is too many ends once the new one is there. */
  async #signIn(session: SessionHandle, asked: Asked, changes: string, first: First, limit: UserLimit): Promise<void> {
    const directory = new Directory(this.app);
    const end = await this.app.records.turns.take(`user ${asked.user}`);
    try {
      const excess = await directory.excess(asked.user ?? "", handleOf(this.key), limit);
      await this.#write(session, asked, changes, first);
      await Promise.all(excess.map((id) => directory.revoke(id, "evicted").catch((error: unknown) => this.report(error))));
    } catch (error) {
      // Whoever answers that with an error page can still commit the rest.
      if (error instanceof SessionError && error.code === "limit") session.refused(asked);
      throw error;
    } finally {
      end();
    }
  }

  async #write(session: SessionHandle, asked: Asked, changes: string, first: First): Promise<void> {
    const { records } = this.app;
    if (first !== undefined) {
      // What cannot be written at all is told before.
      const plan = this.plan(asked.act, changes);
      if (plan instanceof SessionError && this.found?.truth !== false) throw plan;
      await first();
    }
    const leading = this.#ledOn(this.key);
    if (leading !== undefined) await leading;
    const { found } = this;
    // What this process itself has ended or led on since is not as it was found.
    if (found !== undefined && records.leads.isDoneSince(found.keys.key, found.at)) await this.look(found.keys);
    if (await this.#attempt(session, asked, changes)) return;
    const end = await records.turns.take(this.key);
    try {
      await this.#retry(session, asked, changes);
    } finally {
      end();
    }
  }

  /** Waits while this process leads the session on. Of several that wait, each may find that another leads it further. */
  #ledOn(key: string): Promise<void> | undefined {
    return this.app.records.leads.underWay(key)?.then(() => this.#ledOn(key));
  }

  /** Looks again before each attempt: while it waited for its turn, others wrote. */
  async #retry(session: SessionHandle, asked: Asked, changes: string): Promise<void> {
    for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
      if (this.found !== undefined) await this.look(this.found.keys);
      if (await this.#attempt(session, asked, changes)) return;
    }
    throw new SessionError("conflict", "other requests kept changing the session's record");
  }

  /** One round of deciding and writing; `false`: somebody else wrote meanwhile, and it must be decided anew. */
  async #attempt(session: SessionHandle, asked: Asked, changes: string, led = 0): Promise<boolean> {
    const [near, plan] = [this.found, this.plan(asked.act, changes)];
    // What is written is built on what is true.
    const wantsTruth = plan instanceof SessionError || (plan.kind === "writes" && plan.writes.length > 0);
    if (wantsTruth && near?.truth === false) {
      this.found = await this.truthOf(near);
      if (this.found.truth) return this.#attempt(session, asked, changes, led);
    }
    if (plan instanceof SessionError) throw plan;
    switch (plan.kind) {
      case "nothing":
        return true;
      case "writes":
        return this.#perform(session, asked, plan, changes);
      case "ended":
        this.end();
        return true;
      case "follow": {
        this.state = plan.state;
        await this.look(plan.keys);
        // Not a moment is to pass between this and the decision, where nobody leads it on.
        const leading = this.#ledOn(plan.keys.key);
        if (leading !== undefined) await leading;
        return led < ATTEMPTS && this.#attempt(session, asked, changes, led + 1);
      }
    }
  }

  async #perform(session: SessionHandle, asked: Asked, plan: Writes, changes: string): Promise<boolean> {
    const { events, records } = this.app;
    const lost = await records.perform(plan, this.found, this.ctx);
    if (lost !== undefined) return false;
    const [created, old] = [this.fresh, this.key];
    const [isChanged, isWritten] = [isChange(asked, changes), plan.writes.length > 0];
    this.take(plan, isChanged, changes);
    this.#written = true;
    // What a visitor's new session stands in the place of had ended before.
    const previous = created && this.name === null ? "" : old;
    // Whoever finds nothing left to end has not ended it.
    const told = asked.act === DESTROY ? isWritten || records.isNone : isChanged || isWritten;
    if (told) tellSettled(events, asked, created, this.key, previous);
    session.settled(asked);
    this.ended = asked.act === DESTROY || (asked.act === LOGOUT && !created && this.key === old);
    return true;
  }
}
