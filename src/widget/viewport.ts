/** Tells the styles what part of the screen is there: an on-screen keyboard covers the page without changing its layout. */

/** What browsers tell of the visual viewport, in px of the layout. */
export type Screen = Pick<VisualViewport, 'height' | 'scale' | 'offsetTop'>;

/**
 * What a panel needs to know, in px: the height that is there, where it begins, and how much of the page's lower end is covered. A
 * page that is zoomed shows a part of its layout and may be moved over it: that changes none of these, and where the part
 * stands says nothing about them. A keyboard takes away height, zoomed or not.
 */
export function placeOn({ height, scale, offsetTop }: Screen, layoutHeight: number): Record<string, number> {
  const place = { height: Math.round(height * scale) };
  if (scale > 1.01) return place;
  return {
    ...place,
    top: Math.round(offsetTop),
    covered: Math.max(0, Math.round(layoutHeight - height - offsetTop)),
  };
}

export function fitToScreen(frame: HTMLElement, signal: AbortSignal): () => void {
  const screen = window.visualViewport;

  function fit(): void {
    const place = placeOn(screen ?? { height: innerHeight, scale: 1, offsetTop: 0 }, innerHeight);
    for (const [name, px] of Object.entries(place)) frame.style.setProperty(`--${name}`, `${px}px`);
  }

  for (const type of ['resize', 'scroll']) screen?.addEventListener(type, fit, { signal });
  return fit;
}
