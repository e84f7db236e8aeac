/** Where a product lies. The names are also the words in `/?shelf=write`. */
export const SHELVES = ["write", "paper", "desk"] as const;
export type Shelf = (typeof SHELVES)[number];

/** One thing the shop sells. Its words are in `words/`, its picture in `pictures/`. */
export interface Product {
  readonly sku: Sku;
  readonly shelf: Shelf;
  /** The price of one, in euro cents. */
  readonly cents: number;
}

export type Sku =
  "heron-pen" | "blue-hour" | "soft-six" | "tide-notebook" | "letter-set" | "meadow-tape" | "fox-stamp" | "crane-scissors";

/** Everything there is, in the order of the shop window. */
export const CATALOGUE: readonly Product[] = [
  { sku: "heron-pen", shelf: "write", cents: 38_00 },
  { sku: "tide-notebook", shelf: "paper", cents: 18_00 },
  { sku: "blue-hour", shelf: "write", cents: 14_50 },
  { sku: "fox-stamp", shelf: "desk", cents: 12_00 },
  { sku: "letter-set", shelf: "paper", cents: 22_00 },
  { sku: "crane-scissors", shelf: "desk", cents: 26_00 },
  { sku: "soft-six", shelf: "write", cents: 9_60 },
  { sku: "meadow-tape", shelf: "desk", cents: 4_80 },
];

/** The product called `sku`; `undefined` if the shop has none. */
export function product(sku: unknown): Product | undefined {
  return CATALOGUE.find((one) => one.sku === sku);
}

/** The products on a shelf; all of them if there is no such shelf. */
export function onShelf(shelf: Shelf | null): readonly Product[] {
  return shelf ? CATALOGUE.filter((one) => one.shelf === shelf) : CATALOGUE;
}

/** The shelf of that name; `null` for any other text. */
export function shelf(name: string | null): Shelf | null {
  return SHELVES.find((one) => one === name) ?? null;
}
