import type { Session } from "edge-session";
import { LANGUAGES, type Language } from "./i18n.ts";

export const THEMES = ["system", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];

/** How a visitor likes the shop. */
export interface Preferences {
  readonly theme: Theme;
  readonly language: Language;
}

/** The visitor's choice, or where there is none, the theme of the system and the language that the browser asks for. */
export function preferences(session: Session | null, request: Request): Preferences {
  const chosen = session?.namespace("prefs");
  return {
    theme: theme(chosen?.get("theme")) ?? "system",
    language: language(chosen?.get("language")) ?? asked(request.headers.get("accept-language")),
  };
}

/** Keeps a choice; a value that is no choice changes nothing. */
export function prefer(session: Session, choice: { theme: unknown; language: unknown }): void {
  const chosen = session.namespace("prefs");
  const wanted = { theme: theme(choice.theme), language: language(choice.language) };
  if (wanted.theme) chosen.set("theme", wanted.theme);
  if (wanted.language) chosen.set("language", wanted.language);
}

function theme(value: unknown): Theme | undefined {
  return THEMES.find((one) => one === value);
}

function language(value: unknown): Language | undefined {
  return LANGUAGES.find((one) => one === value);
}

/** The first language of `Accept-Language` that the shop speaks. Browsers list them best first, so weights are not read. */
function asked(header: string | null): Language {
  const tags = (header ?? "").toLowerCase().split(",", 10);
  const primary = tags.map((tag) => tag.trim().slice(0, 2));
  return primary.map(language).find((one) => one !== undefined) ?? "en";
}
