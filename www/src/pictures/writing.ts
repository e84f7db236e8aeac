import { html } from "../html.ts";

/** A fountain pen in mid-sentence. */
export const heronPen = html`
  <path d="M30 150c14-16 24-16 30-6s14 10 24-4 20-12 28-2 16 8 30-2c10-7 22-9 41 1" fill="none" stroke="#2f5d8c" stroke-width="3.5" stroke-linecap="round"/>
  <g transform="translate(188 142) rotate(34) scale(1.2) translate(-189 -90)">
    <rect x="52" y="78" width="90" height="24" rx="12" fill="#1f3a5f"/>
    <path d="M58 84h74" stroke="#6f97c4" stroke-width="4" stroke-linecap="round"/>
    <path d="M52 90c0-14 8-17 22-17h38" fill="none" stroke="#d9a441" stroke-width="4" stroke-linecap="round"/>
    <circle cx="113" cy="73" r="4" fill="#d9a441"/>
    <rect x="130" y="77" width="7" height="26" rx="2" fill="#d9a441"/>
    <path d="M137 79l24 4v14l-24 4z" fill="#14253d"/>
    <path d="M161 82c12 1 20 4 28 8-8 4-16 7-28 8z" fill="#e7bd62"/>
    <path d="M168 90h20" stroke="#8a6420" stroke-width="1.6"/><circle cx="168" cy="90" r="2.4" fill="#8a6420"/>
  </g>`;

/** A bottle of ink with the moon on its label. */
export const blueHour = html`
  <ellipse cx="120" cy="155" rx="66" ry="8" fill="#000" opacity=".14"/>
  <rect x="96" y="24" width="48" height="30" rx="5" fill="#26303f"/>
  <path d="M104 28v22M112 28v22M120 28v22M128 28v22M136 28v22" stroke="#435066" stroke-width="2"/>
  <rect x="102" y="54" width="36" height="12" fill="#a9c3dd"/>
  <path d="M102 64h36l30 22c6 5 8 9 8 16v40c0 8-5 13-13 13H77c-8 0-13-5-13-13v-40c0-7 2-11 8-16z" fill="#bcd2e6"/>
  <path d="M70 104h100v36c0 6-4 10-10 10H80c-6 0-10-4-10-10z" fill="#2c4a8a"/>
  <path d="M70 104c16 6 34-5 50 0s34 5 50 0v10H70z" fill="#3d62ac"/>
  <rect x="86" y="94" width="68" height="44" rx="4" fill="#fbf6e9"/>
  <path d="M128 101a15 15 0 1 0 8 26 13 13 0 0 1-8-26z" fill="#d9a441"/>
  <circle cx="102" cy="106" r="1.8" fill="#2c4a8a"/><circle cx="146" cy="104" r="1.5" fill="#2c4a8a"/><circle cx="98" cy="124" r="1.3" fill="#2c4a8a"/>
  <path d="M76 92l14-12" stroke="#fff" stroke-width="4" stroke-linecap="round" opacity=".8"/>`;

/** One pencil standing in the tin, `x` units from the left. */
function pencil(x: number, top: number, wood: string, shade: string) {
  return html`<g transform="translate(${x} ${top})">
    <path d="M0 24h16v70H0z" fill="${wood}"/><path d="M10 24h6v70h-6z" fill="${shade}"/>
    <path d="M0 24l8-24 8 24c-3 3-5 3-8 0-3 3-5 3-8 0z" fill="#ecd0a4"/><path d="M5.3 8L8 0l2.7 8z" fill="#2b2b33"/>
  </g>`;
}

/** Six pencils in a tin. */
export const softSix = html`
  <ellipse cx="120" cy="160" rx="76" ry="7" fill="#000" opacity=".14"/>
  ${pencil(66, 40, "#c9503a", "#a73d2a")}${pencil(85, 24, "#d9a441", "#b98629")}${pencil(104, 34, "#6f8f6a", "#577553")}
  ${pencil(123, 18, "#3d62ac", "#2c4a8a")}${pencil(142, 30, "#8a5a83", "#6e4468")}${pencil(161, 44, "#3a4354", "#262d3b")}
  <path d="M54 96h136l-6 58c-.5 4-3 6-7 6H67c-4 0-6.5-2-7-6z" fill="#cfd6dd"/>
  <path d="M54 96h136l-1.5 14H55.500z" fill="#e6ebef"/>
  <rect x="92" y="120" width="60" height="26" rx="3" fill="#fbf6e9"/>
  <path d="M100 138c8-12 12 4 20-6s12 6 24-4" fill="none" stroke="#2b2b33" stroke-width="2.6" stroke-linecap="round"/>`;
