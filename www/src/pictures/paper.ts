import { html } from "../html.ts";

/** A notebook with the sea on its cover. */
export const tideNotebook = html`
  <ellipse cx="124" cy="162" rx="62" ry="7" fill="#000" opacity=".14"/>
  <g transform="rotate(-5 120 90)">
    <path d="M92 150l4 24 8-8 8 7-3-24z" fill="#c9503a"/>
    <rect x="72" y="18" width="104" height="138" rx="6" fill="#efe4cb"/>
    <path d="M172 22v130M168 22v132" stroke="#cdbd97" stroke-width="1.5"/>
    <rect x="66" y="16" width="100" height="138" rx="6" fill="#23506b"/>
    <rect x="66" y="16" width="14" height="138" rx="5" fill="#183b51"/>
    <g fill="none" stroke-width="3.5" stroke-linecap="round">
      <path d="M88 96c8-8 12-8 18 0s12 8 18 0 12-8 18 0 10 6 16 1" stroke="#8fc0cf"/>
      <path d="M88 112c8-8 12-8 18 0s12 8 18 0 12-8 18 0 10 6 16 1" stroke="#bfdde2"/>
      <path d="M88 128c8-8 12-8 18 0s12 8 18 0 12-8 18 0 10 6 16 1" stroke="#f3efe2"/>
    </g>
    <circle cx="124" cy="58" r="17" fill="#eab75a"/>
    <rect x="152" y="16" width="6" height="138" fill="#c9503a"/>
  </g>`;

/** A letter half out of its envelope, and the seal. */
export const letterSet = html`
  <ellipse cx="120" cy="160" rx="80" ry="7" fill="#000" opacity=".14"/>
  <rect x="62" y="22" width="116" height="100" rx="3" fill="#fffdf5"/>
  <path d="M78 42h58M78 54h84M78 66h76" stroke="#9aa7b8" stroke-width="3" stroke-linecap="round"/>
  <path d="M44 84l76-46 76 46z" fill="#c99a83"/>
  <rect x="62" y="34" width="116" height="80" fill="#fffdf5"/>
  <path d="M78 46h58M78 58h84M78 70h70" stroke="#9aa7b8" stroke-width="3" stroke-linecap="round"/>
  <path d="M44 84v66c0 5 3 8 8 8h136c5 0 8-3 8-8V84l-76 46z" fill="#e9c3ae"/>
  <path d="M46 155l62-33M194 155l-62-33" stroke="#c99a83" stroke-width="2.5" stroke-linecap="round"/>
  <path d="M120 108c7-4 10 1 15 3s8 6 7 12 3 9-1 14-9 4-13 8-11 2-15-1-10-2-12-8 0-9-1-14 3-9 8-11 7-6 12-3z" fill="#b23a2b"/>
  <circle cx="120" cy="127" r="12" fill="none" stroke="#d8695a" stroke-width="2"/>
  <path d="M113 131c2-8 4-12 9-13-1 3 0 5 4 6-5 1-7 4-7 10" fill="none" stroke="#f0b0a4" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"/>`;
