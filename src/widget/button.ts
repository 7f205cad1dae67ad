/** The round button, in a shadow root of its own, not yet on the page. */
import css from './launcher.css?inline';
import { create, tag } from './tag.ts';

export const host = create('handoff-widget' as 'div');
// Firefox below 63 has no shadow roots.
const root = host.attachShadow ? host.attachShadow({ mode: 'open' }) : (host as unknown as ShadowRoot);
export const frame = create('div');
export const button = create('button');

try {
  // Sheets made by script need no permission of the page's policy; Firefox below 101 and Safari below 16.4 have none.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
} catch {
  const style = create('style');
  style.nonce = tag && tag.nonce;
  style.append(css);
  root.append(style);
}
frame.className = 'handoff';
button.className = 'launcher';
frame.append(button);
root.append(frame);
// The page's own rules may say anything about any element; only an important inline style outranks an important rule.
host.style.cssText = 'all:initial!important;position:fixed!important;z-index:2147483647!important';
