// The package brings no types; this is the part of it that we use.
declare module 'html-to-text' {
  export interface Selector {
    selector: string;
    format?: string;
    options?: Record<string, unknown>;
  }
  export interface Options {
    wordwrap?: false | number;
    selectors?: Selector[];
    limits?: { maxInputLength?: number; maxDepth?: number; ellipsis?: string };
  }
  export function convert(html: string, options?: Options): string;
}
