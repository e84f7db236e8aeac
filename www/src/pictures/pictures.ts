import { html, type Html } from "../html.ts";
import type { Sku } from "../shop.ts";
import { craneScissors, foxStamp, meadowTape } from "./desk.ts";
import { letterSet, tideNotebook } from "./paper.ts";
import { blueHour, heronPen, softSix } from "./writing.ts";

const DRAWINGS: Record<Sku, { readonly tint: string; readonly drawing: Html }> = {
  "heron-pen": { tint: "sand", drawing: heronPen },
  "tide-notebook": { tint: "rose", drawing: tideNotebook },
  "blue-hour": { tint: "dusk", drawing: blueHour },
  "fox-stamp": { tint: "sage", drawing: foxStamp },
  "letter-set": { tint: "sky", drawing: letterSet },
  "crane-scissors": { tint: "plum", drawing: craneScissors },
  "soft-six": { tint: "sage", drawing: softSix },
  "meadow-tape": { tint: "sand", drawing: meadowTape },
};

/** The picture of a product. It says nothing that the words beside it do not say, so it is hidden from screen readers. */
export function picture(sku: Sku): Html {
  const { tint, drawing } = DRAWINGS[sku];
  return html`<svg class="picture tint-${tint}" viewBox="0 0 240 180" aria-hidden="true" focusable="false">${drawing}</svg>`;
}

/** The shop's sign: a heron folded from paper. */
export const heron = html`<svg class="heron" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
  <path d="M6 9l15-5 4 7z" class="fold-1"/><path d="M21 4l4 7-7 13z" class="fold-2"/>
  <path d="M18 24l24-6-12 16z" class="fold-1"/><path d="M18 24l12 10-9 2z" class="fold-3"/>
  <path d="M42 18l3 8-15 8z" class="fold-2"/><path d="M24 36v9M24 45h5" class="leg"/>
</svg>`;
