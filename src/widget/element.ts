/** The widget's whole view library: elements made one by one, so that nothing is ever parsed as HTML. */

type Attribute = string | number | boolean | null | undefined | ((event: never) => void);
type Child = Node | string | null | undefined | false;

/**
 * An element with attributes (`onclick` and the like become properties, where `guard` finds them; `false` and `null` are left
 * out) and children. Strings become text. There is no `style` and no inner HTML: a host's CSP forbids the one, and
 * sense the other. ARIA is written as attributes: its properties mean nothing to Firefox below 119.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, Attribute> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') (element as unknown as Record<string, unknown>)[name] = value;
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined)
      element.setAttribute(name, String(value));
  }
  fill(element, children);
  return element;
}

/** A button that does one thing and submits nothing; further attributes as in `h`. */
export function button(
  label: Child,
  onclick: () => void,
  className = 'chip',
  attributes: Record<string, Attribute> = {},
): HTMLButtonElement {
  return h('button', { type: 'button', class: className, onclick, ...attributes }, label);
}

/** Replaces what is inside an element. */
export function fill(element: Element, children: Child[]): void {
  element.replaceChildren(...children.filter((child): child is Node | string => !!child));
}

/** A line drawing on a 24 × 24 grid; decoration only. */
export function icon(path: string, className = ''): SVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `i ${className}`);
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
}

/** Sets text only when it differs: a live region announces every write. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}
