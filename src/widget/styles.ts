/**
 * Adds styles to a shadow root. Sheets made by script need no permission of the page's policy; where there are none (Firefox below
 * 101, Safari below 16.4) an element holds the styles, with the nonce of the script that brought us, if the page gives any.
 */
export function addStyles(root: ShadowRoot, css: string, nonce = ''): void {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
  } catch {
    const style = document.createElement('style');
    style.nonce = nonce;
    style.textContent = css;
    root.append(style);
  }
}
