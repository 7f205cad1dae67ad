/** Colours the owner may choose freely, made readable: WCAG 2.2 relative luminance and contrast ratio. */
import type { WidgetConfig } from './contract.ts';

type Rgb = [number, number, number];

/** `#rrggbb` as three numbers; black when it is anything else. */
export function parseColor(color: string): Rgb {
  const number = parseInt(color.slice(1), 16) || 0;
  return [(number >> 16) & 255, (number >> 8) & 255, number & 255];
}

function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((part) =>
    part > 10 ? ((part / 255 + 0.055) / 1.055) ** 2.4 : part / 3294.6,
  ) as Rgb;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Black or white, whichever is easier to read on this colour; at least 4.58:1 on any colour. */
function textOn(color: string): string {
  return luminance(parseColor(color)) > 0.179 ? '#000' : '#fff';
}

/** The colour itself, moved towards black or white until it reads on the background at 4.5:1. */
function readableOn(color: string, background: string): string {
  const ground = parseColor(background);
  const target = luminance(ground) > 0.179 ? 0 : 255;
  let rgb = parseColor(color);
  for (let step = 0; step < 20 && contrast(rgb, ground) < 4.6; step++) {
    rgb = rgb.map((part) => Math.round(part + (target - part) * 0.12)) as Rgb;
  }
  return `rgb(${rgb.join(' ')})`;
}

/** What can be read on an accent colour (`#rrggbb`), and that colour as it can be read on the panel's light and dark ground; CSS colours. */
export function colorsOf(accent: string): WidgetConfig['colors'] {
  return {
    on_accent: textOn(accent),
    accent_light: readableOn(accent, '#ffffff'),
    accent_dark: readableOn(accent, '#17181c'),
  };
}
