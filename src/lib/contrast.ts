// Whether a colour that an owner chose can be told from what is around it: WCAG 2.2, relative luminance and contrast ratio.

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(color.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** The contrast ratio of two colours written `#rrggbb`: from 1 (the same) to 21. */
export function ratio(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

export interface Legibility {
  /** The text colour that the widget takes on this colour. */
  text: 'black' | 'white';
  text_ratio: number;
  /** Which pages the button is hard to see on; WCAG asks for 3:1 of a control. */
  faint_on: 'light' | 'dark' | null;
}

/** How a `#rrggbb` serves as the widget's colour. */
export function legibility(color: string): Legibility {
  const [black, white] = [ratio(color, '#000000'), ratio(color, '#ffffff')];
  return {
    text: black > white ? 'black' : 'white',
    text_ratio: Math.max(black, white),
    faint_on: white < 3 ? 'light' : ratio(color, '#121212') < 3 ? 'dark' : null,
  };
}
