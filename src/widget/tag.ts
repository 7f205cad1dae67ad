/** The tag that brought this script, and what it says. */
export type Part = HTMLScriptElement & { handoff?: unknown };
type Name = 'chatbot' | 'api' | 'locale' | 'position';

declare global {
  interface Window {
    /** For tags that lose their attributes on the way, as tag managers do. */
    HandoffSettings?: Partial<Record<Name, string>>;
  }
}

export const page = document;
export const create = <Tag extends keyof HTMLElementTagNameMap>(name: Tag) => page.createElement(name);

// A module has no current script.
export const tag = (page.currentScript || page.querySelector('script[src*="widget.js"]')) as Part;

/** By attribute, in the address of the script, or in a global that stands before it; empty when nowhere. */
export const setting = (name: Name): string =>
  (
    tag.dataset[name] ||
    (/\?/.test(tag.src) && new URL(tag.src).searchParams.get(name)) ||
    (window.HandoffSettings || {})[name] ||
    ''
  ).trim();
