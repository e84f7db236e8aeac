import { html } from "../html.ts";

/** A rubber stamp and the fox it leaves behind. */
export const foxStamp = html`
  <g transform="rotate(-4 82 120)">
    <rect x="28" y="72" width="104" height="90" rx="3" fill="#fffdf5"/>
    <g fill="#c4552f">
      <path d="M44 88l24 14h24l24-14c3 16 3 30-4 42-8 12-20 19-32 22-12-3-24-10-32-22-7-12-7-26-4-42z"/>
    </g>
    <path d="M80 152c-8-2-16-6-23-12 6-8 14-12 18-24h10c4 12 12 16 18 24-7 6-15 10-23 12z" fill="#fffdf5"/>
    <path d="M58 118c4-4 9-4 12 0M90 118c4-4 9-4 12 0" fill="none" stroke="#26303f" stroke-width="3" stroke-linecap="round"/>
    <path d="M75 144h10l-5 7z" fill="#26303f"/>
  </g>
  <ellipse cx="176" cy="160" rx="42" ry="6" fill="#000" opacity=".14"/>
  <path d="M176 22c15 0 24 10 24 23 0 17-13 21-13 40v29h-22V85c0-19-13-23-13-40 0-13 9-23 24-23z" fill="#b9814a"/>
  <path d="M183 24c11 3 17 11 17 21 0 17-13 21-13 40v29h-8V85c0-19 10-25 10-40 0-9-2-16-6-21z" fill="#9a6836"/>
  <path d="M160 36c2-5 6-8 11-9" fill="none" stroke="#e2b98a" stroke-width="4" stroke-linecap="round"/>
  <rect x="146" y="112" width="60" height="26" rx="5" fill="#8a5a2d"/>
  <rect x="148" y="138" width="56" height="12" fill="#4a3b39"/>
  <rect x="150" y="150" width="52" height="8" fill="#c4552f"/>`;

/** Scissors in the shape of a crane: the beak cuts. */
export const craneScissors = html`
  <ellipse cx="112" cy="167" rx="56" ry="6" fill="#000" opacity=".14"/>
  <g transform="rotate(16 120 90)">
    <path d="M112 60l6-54c1-3 3-3 3 0v54z" fill="#aeb9c3"/>
    <path d="M121 60V6c0-3 2-3 3 0l6 54z" fill="#dbe2e7"/>
    <g fill="none" stroke="#c2912f" stroke-width="8" stroke-linecap="round">
      <ellipse cx="93" cy="146" rx="16" ry="18"/><ellipse cx="149" cy="146" rx="16" ry="18"/>
      <path d="M104 132l10-22M138 132l-10-22"/>
    </g>
    <path d="M121 46c9 0 13 7 12 15-1 9-2 12 4 20 8 11 8 26-2 34-8 6-20 6-28 0-10-8-10-23-2-34 6-8 5-11 4-20-1-8 3-15 12-15z" fill="#f1d08a"/>
    <path d="M119 86c-17 4-26 18-21 39 13-4 22-19 21-39zM123 86c17 4 26 18 21 39-13-4-22-19-21-39z" fill="#d9a441"/>
    <path d="M114 96c-7 5-10 12-10 21M128 96c7 5 10 12 10 21M117 104c-4 4-6 8-7 13M125 104c4 4 6 8 7 13" fill="none" stroke="#8a6420" stroke-width="1.8" stroke-linecap="round"/>
    <path d="M113 54c2-6 14-6 16 0-4 2-12 2-16 0z" fill="#c4552f"/>
    <circle cx="116" cy="62" r="2.4" fill="#26303f"/><circle cx="126" cy="62" r="2.4" fill="#26303f"/>
    <circle cx="121" cy="82" r="4.5" fill="#f6e3b4" stroke="#8a6420" stroke-width="1.5"/>
  </g>`;

/** One flower of the meadow. */
function flower(x: number, y: number, petals: string) {
  return html`<g transform="translate(${x} ${y})">
    <path d="M0 4v14M0 14c-4-1-6-4-6-7M0 12c4-1 5-3 6-6" fill="none" stroke="#577553" stroke-width="2" stroke-linecap="round"/>
    <circle cx="-4" cy="0" r="3.4" fill="${petals}"/><circle cx="4" cy="0" r="3.4" fill="${petals}"/>
    <circle cx="0" cy="-4" r="3.4" fill="${petals}"/><circle cx="0" cy="4" r="3.4" fill="${petals}"/><circle r="2.6" fill="#e3a83b"/>
  </g>`;
}

/** A roll of paper tape, unrolling. */
export const meadowTape = html`
  <ellipse cx="120" cy="158" rx="92" ry="7" fill="#000" opacity=".14"/>
  <path d="M80 124h142l-5 5 5 5-5 6 5 5-5 5 5 6H80z" fill="#f4efd9"/>
  ${flower(144, 136, "#c9503a")}${flower(163, 139, "#fffdf5")}${flower(182, 135, "#3d62ac")}${flower(201, 139, "#c98fb0")}
  <circle cx="78" cy="96" r="60" fill="#dfe8cf"/>
  <g fill="none" stroke="#c0d0ab" stroke-width="1.8"><circle cx="78" cy="96" r="60"/><circle cx="78" cy="96" r="53"/><circle cx="78" cy="96" r="46"/></g>
  <circle cx="78" cy="96" r="39" fill="#b98a5a"/><circle cx="78" cy="96" r="32" class="hole"/>
  <path d="M54 50a52 52 0 0 1 22-7" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".8"/>`;
