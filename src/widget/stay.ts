/** Keeps the widget where a page's rebuilding cannot reach it, and notices when there is nothing of it to be seen. */
interface Doings {
  /** The document was opened anew: what listened is gone with the old one. */
  revive(): void;
  /** The page hides everything. */
  reveal(): void;
}

export function stay(host: HTMLElement, button: HTMLElement, signal: AbortSignal, doings: Doings): void {
  const page = document;
  // A page that swaps its body or its root for another must not lose the chat with it.
  const observer = new MutationObserver(attach);
  // The button has lost its box, or never had one, which is told everywhere by this observer only: the page hides everything.
  const sight = new IntersectionObserver(() => {
    if (!host.isConnected || host.getClientRects().length) return;
    sight.disconnect();
    doings.reveal();
  });

  /** Beside the body, which may be hidden or swapped; in the top layer, where no transform and no stacking of the page can reach. */
  function attach(): void {
    const root = page.documentElement;
    if (!root) return;
    if (!host.isConnected) {
      root.append(host);
      if (host.showPopover) host.showPopover();
    }
    for (const node of [page, root, host.parentNode!]) observer.observe(node, { childList: true });
    // `document.open` takes every handler, of our elements too.
    if (!button.onclick) doings.revive();
  }

  signal.addEventListener('abort', () => {
    observer.disconnect();
    sight.disconnect();
  });
  attach();
  sight.observe(button);
}
