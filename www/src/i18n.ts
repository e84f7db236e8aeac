import { ar } from "./words/ar.ts";
import { de } from "./words/de.ts";
import { en, type Words } from "./words/en.ts";

/** A language with all that a page needs to be written in it. */
interface Speech {
  /** Its own name for itself. */
  readonly name: string;
  readonly direction: "ltr" | "rtl";
  /** How numbers and amounts are written. */
  readonly locale: string;
  readonly words: Words;
}

const SPEECH = {
  en: { name: "English", direction: "ltr", locale: "en", words: en },
  de: { name: "Deutsch", direction: "ltr", locale: "de", words: de },
  ar: { name: "العربية", direction: "rtl", locale: "ar-EG", words: ar },
} as const satisfies Record<string, Speech>;

export type Language = keyof typeof SPEECH;

/** Every language of the shop. */
export const LANGUAGES = Object.keys(SPEECH) as Language[];

/** All that is needed to write a page in `language`. */
export function speech(language: Language): Speech {
  return SPEECH[language];
}

/** Euro cents as an amount, the way `language` writes it. Cents are exact: 2^53 of them are ninety trillion euros. */
export function money(language: Language, cents: number): string {
  return new Intl.NumberFormat(SPEECH[language].locale, { style: "currency", currency: "EUR" }).format(cents / 100);
}

/** A whole number, the way `language` writes it. */
export function whole(language: Language, number: number): string {
  return new Intl.NumberFormat(SPEECH[language].locale).format(number);
}
