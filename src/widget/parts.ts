/** Fetches the other scripts of the widget. Each leaves its value on the script element that brought it, so that no global is needed. */
import { create, page, tag, type Part } from './tag.ts';

interface ScriptPolicy {
  createScriptURL(url: string): string;
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptPolicy): ScriptPolicy;
  /** Ours, kept here because a name may be taken only once, and a tag that comes after `destroy` needs it too. */
  handoff?: ScriptPolicy;
}

declare global {
  interface Window {
    trustedTypes?: PolicyFactory;
  }
}

/** Resolves with the value of the script at an address relative to the tag's; rejects with the event of its failure. */
export const load = <T>(path: string): Promise<T> =>
  new Promise((resolve, reject) => {
    const element: Part = create('script');
    const url = tag.src.replace(/[^/]*(\?.*)?$/, path);
    const types = window.trustedTypes;
    // A page with Trusted Types takes no plain text for the address of a script.
    element.src = types
      ? (types.handoff =
          types.handoff || types.createPolicy('handoff', { createScriptURL: String })).createScriptURL(url)
      : url;
    element.nonce = tag.nonce;
    element.onload = () => (element.remove(), resolve(element.handoff as T));
    element.onerror = (reason) => (element.remove(), reject(reason));
    page.head.append(element);
  });
