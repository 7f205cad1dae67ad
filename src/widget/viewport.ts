/** Tells the styles what part of the screen is there: an on-screen keyboard covers the page without changing its layout. */
export function fitToScreen(frame: HTMLElement, signal: AbortSignal): () => void {
  const screen = window.visualViewport;

  function fit(): void {
    const { height = innerHeight, scale = 1, offsetTop = 0 } = screen ?? {};
    const set = (name: string, px: number) => frame.style.setProperty(name, `${Math.round(px)}px`);
    // Zoomed, the screen shows a part of the layout, and may be moved over it: the height that is there has not changed.
    set('--height', height * scale);
    if (scale > 1.01) return;
    set('--top', offsetTop);
    set('--covered', Math.max(0, innerHeight - height - offsetTop));
  }

  for (const type of ['resize', 'scroll']) screen?.addEventListener(type, fit, { signal });
  return fit;
}
