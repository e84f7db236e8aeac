import type { Session } from "edge-session";
import { bill, type Bill } from "./cart.ts";
import type { Inspection } from "./inspector.ts";
import type { Language } from "./i18n.ts";
import type { Preferences, Theme } from "./preferences.ts";
import { recentlySeen } from "./seen.ts";
import type { Product } from "./shop.ts";

/** What one request cost, as the inspector shows it. */
export interface Cost {
  /** `GET /cart` */
  readonly request: string;
  readonly reads: number;
  readonly writes: number;
  readonly cookieSent: boolean;
  readonly events: readonly string[];
}

/** All that a page is drawn from: plain data, taken from the session before it was saved, and what saving it cost. */
export interface View {
  readonly language: Language;
  readonly theme: Theme;
  /** The path and query of the page, to come back to. */
  readonly here: string;
  readonly user: string | null;
  readonly device: string | null;
  readonly bill: Bill;
  readonly seen: readonly Product[];
  /** A sentence for the visitor; empty: nothing to say. */
  readonly notice: string;
  readonly inspection: Inspection;
  readonly cost: Cost;
}

/** The part of a view that comes out of the session. */
export type Shown = Omit<View, "notice" | "inspection" | "cost" | "here">;

/** Reads what pages need from the session, before it is committed. */
export function shown(session: Session, { language, theme }: Preferences): Shown {
  const { user, device } = session.toJSON();
  return { language, theme, user, device, bill: bill(session), seen: recentlySeen(session) };
}
