import type { Words } from "./words/en.ts";
import { product } from "./shop.ts";

/**
 * Something to tell the visitor on the next page. Kept in the session as its kind and what it is about, not as a
 * sentence: the next page may be in another language.
 */
export interface Notice {
  readonly kind: keyof Words["notice"];
  /** The sku or the name that it is about. */
  readonly about?: string;
}

/** A value that was kept in a session as a notice; `null` if it is none (an older release may have kept another shape). */
export function notice(value: unknown): Notice | null {
  const kept = value as Partial<Notice> | null | undefined;
  return typeof kept?.kind === "string" ? (kept as Notice) : null;
}

/** The notice as a sentence; empty for a kind this release does not know. */
export function sentence(words: Words, { kind, about = "" }: Notice): string {
  const text = words.notice[kind] as Words["notice"][keyof Words["notice"]] | undefined;
  if (typeof text !== "function") return text ?? "";
  const sku = product(about)?.sku;
  return text(sku ? words.products[sku].name : about);
}
