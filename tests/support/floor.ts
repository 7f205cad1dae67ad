// What a built file uses that a browser does not have yet, told by name: every property, global, syntax, declaration, function, unit,
// selector and at-rule is looked up in MDN's compatibility data. A name that any object has had for long is taken to be that one, so
// this misses `has` on something new; it does not miss what is new under its own name, in our code or in a library's.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { CompatData, CompatStatement, Identifier } from '@mdn/browser-compat-data';
import { parseCss, type AST } from 'svelte/compiler';
import { parseAst } from 'vite';

const bcd = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@mdn/browser-compat-data'), 'utf8'),
) as CompatData;

/** The oldest version of each engine that something is built for. */
export type Floor = Record<'chrome' | 'firefox' | 'safari', string>;

const ENGINES = ['chrome', 'firefox', 'safari'] as const;
const numbers = (version: string) => version.replace('≤', '').split('.').map(Number);

function isLater(version: string, than: string): boolean {
  const [[a = 0, b = 0], [c = 0, d = 0]] = [numbers(version), numbers(than)];
  return a > c || (a === c && b > d);
}

/** Whether some engine at the floor lacks it; without data nothing is known against it. */
function isNewer(compat: CompatStatement | undefined, floor: Floor): boolean {
  if (!compat) return false;
  return ENGINES.some((engine) => {
    const told = compat.support[engine];
    if (!told) return false;
    return ![told].flat().some((one) => {
      const { version_added: added, version_removed: removed, flags, prefix, alternative_name: alias } = one;
      if (flags || prefix || alias || typeof added !== 'string' || added === 'preview') return false;
      return !isLater(added, floor[engine]) && !(removed && !isLater(removed, floor[engine]));
    });
  });
}

type Entries = Map<string, CompatStatement[]>;

function add(entries: Entries, name: string, { __compat }: Identifier): void {
  if (__compat) entries.set(name, [...(entries.get(name) ?? []), __compat]);
}

/** Everything below a node of the data, by its last name. */
function collect(node: Identifier, entries: Entries, nameOf = (key: string): string | null => key): Entries {
  for (const [key, child] of Object.entries(node)) {
    if (key === '__compat') continue;
    const name = nameOf(key);
    if (name !== null) add(entries, name, child as Identifier);
    collect(child as Identifier, entries, nameOf);
  }
  return entries;
}

/** Names of members; events, and what describes an option or a behaviour, are none. */
const memberName = (key: string) => {
  const name = key.replace(/_static$/, '');
  return /^[\w$]+$/.test(name) && !name.includes('_') ? name : null;
};

const { css, javascript, api } = bcd;
const { Temporal, Intl, ...builtins } = javascript.builtins as Record<string, Identifier>;
// The platform's objects have `use` and `layout` and `first` somewhere, and so has everybody: of theirs only compound names count.
const MEMBERS = collect(builtins, new Map(), memberName);
collect(api as Identifier, MEMBERS, (key) => (/[a-z][A-Z]/.test(key) ? memberName(key) : null));
for (const [name, one] of Object.entries({ ...api, Temporal, Intl })) add(MEMBERS, name, one as Identifier);
for (const [name, one] of Object.entries(Intl ?? {})) add(MEMBERS, name, one as Identifier);
const FUNCTIONS = collect(css.types as Identifier, new Map());
const at = (node: Identifier | undefined, ...path: string[]) =>
  path.reduce<Identifier | undefined>((found, key) => found?.[key] as Identifier | undefined, node)?.__compat;

interface Node {
  type: string;
  [field: string]: unknown;
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

function syntaxOf(node: Node): [name: string, compat: CompatStatement | undefined] | null {
  const {
    classes,
    statements,
    regular_expressions: regex,
  } = javascript as unknown as Record<string, Identifier>;
  const { pattern = '', flags = '' } = (node['regex'] ?? {}) as { pattern?: string; flags?: string };
  if (node.type === 'StaticBlock') return ['static {}', at(classes, 'static', 'initialization_blocks')];
  if (node.type === 'PropertyDefinition') return ['class fields', at(classes, 'public_class_fields')];
  if (node.type === 'BinaryExpression' && isNode(node['left']) && node['left'].type === 'PrivateIdentifier')
    return ['#field in', at(classes, 'private_class_fields_in')];
  if (node.type === 'VariableDeclaration' && /using/.test(String(node['kind'])))
    return ['using', at(statements, 'using')];
  if (/\(\?<[=!]/.test(pattern)) return ['(?<=…)', at(regex, 'lookbehind_assertion')];
  if (/\(\?[ims-]+:/.test(pattern)) return ['(?i:…)', at(regex, 'modifier')];
  if (flags.includes('v')) return ['/…/v', at(builtins['RegExp'], 'unicodeSets')];
  if (flags.includes('d')) return ['/…/d', at(builtins['RegExp'], 'hasIndices')];
  return null;
}

/** A list of selectors is worth nothing where one of them is not known, and asking for it throws. */
function newerSelectors(selectors: string, floor: Floor): string[] {
  const names = selectors.replace(/\[[^\]]*\]/g, '').matchAll(/::?([a-z-]+)/g);
  return [...names]
    .filter(([, name = '']) => isNewer(at(css.selectors as Identifier, name), floor))
    .map(([, name = '']) => `:${name}`);
}

/** What a script uses that the floor lacks; what is called as `x.y?.()` is asked for first. */
export function newerInScript(source: string, floor: Floor): string[] {
  const found = new Set<string>();
  const declared = new Set<string>();
  const globals = new Set<string>();
  const look = (name: unknown) => {
    const entries = MEMBERS.get(String(name));
    if (entries?.every((one) => isNewer(one, floor))) found.add(String(name));
  };
  const visit = (node: Node, parent: Node | null, field: string) => {
    const syntax = syntaxOf(node);
    if (syntax && isNewer(syntax[1], floor)) found.add(syntax[0]);
    if (node.type === 'CallExpression' && isNode(node['callee'])) {
      const { name = '' } = (node['callee']['property'] ?? {}) as { name?: string };
      const [first] = node['arguments'] as Node[];
      if (/^(querySelector|querySelectorAll|closest|matches)$/.test(name) && first?.type === 'Literal')
        for (const one of newerSelectors(String(first['value']), floor)) found.add(one);
    }
    const isAsked = parent?.type === 'CallExpression' && parent['optional'] === true && field === 'callee';
    const isKey = field === 'property' || field === 'key';
    if (node.type === 'MemberExpression' && !isAsked) {
      const { property, computed } = node as unknown as { property: Node; computed: boolean };
      if (!computed) look(property['name']);
      else if (property.type === 'Literal' && typeof property['value'] === 'string') look(property['value']);
    }
    if (node.type === 'Property' && parent?.type === 'ObjectPattern' && node['computed'] !== true)
      look((node['key'] as Node)['name']);
    if (node.type === 'Identifier') {
      const isBinding =
        ['id', 'params', 'param', 'local'].includes(field) || parent?.type.endsWith('Pattern');
      (isBinding ? declared : isKey ? new Set() : globals).add(String(node['name']));
    }
    for (const [name, value] of Object.entries(node))
      for (const child of [value].flat()) if (isNode(child)) visit(child, node, name);
  };
  visit(parseAst(source) as unknown as Node, null, '');
  for (const name of globals) if (!declared.has(name)) look(name);
  return [...found].sort();
}

/** The style sheets that a script carries as strings. */
export function stylesIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: Node) => {
    const { cooked } = (node['value'] ?? {}) as { cooked?: string };
    const text = node.type === 'Literal' ? node['value'] : cooked;
    if (typeof text === 'string' && /^[^{}]+\{[^{}]*:[^{}]*\}/.test(text)) found.push(text);
    for (const value of Object.values(node))
      for (const child of [value].flat()) if (isNode(child)) visit(child);
  };
  visit(parseAst(source) as unknown as Node);
  return found;
}

/** What a style sheet uses that the floor lacks, outside of @supports, which asks first. */
export function newerInStyles(source: string, floor: Floor): string[] {
  const found = new Set<string>();
  const look = (name: string, compat: CompatStatement | undefined) => {
    if (isNewer(compat, floor)) found.add(name);
  };
  const declaration = ({ property, value }: AST.CSS.Declaration) => {
    const own = css.properties?.[property] as Identifier | undefined;
    look(property, own?.__compat);
    const words = value.replace(/"[^"]*"|'[^']*'|url\([^)]*\)/g, '');
    for (const [, name = '', call] of words.matchAll(/(?<![\w#.-])(-?[a-z][\w-]*)(\()?/gi)) {
      if (!call) look(`${property}: ${name}`, at(own, name));
      else if (FUNCTIONS.get(name)?.every((one) => isNewer(one, floor))) found.add(`${name}()`);
    }
    for (const [, unit = ''] of words.matchAll(/(?<![\w#-])[\d.]+([a-z]+)/gi)) {
      const kind = /^([dsl])v(h|w|i|b|min|max)$/.exec(unit)?.[1];
      const names = { d: 'dynamic', s: 'small', l: 'large' } as const;
      const key = kind
        ? `viewport_percentage_units_${names[kind as keyof typeof names]}`
        : /^cq/.test(unit)
          ? 'container_query_length_units'
          : unit;
      look(unit, at(css.types as Identifier, 'length', key));
    }
  };
  const visit = (
    node: AST.CSS.Node | AST.CSS.StyleSheetBase['children'][number],
    isNested: boolean,
  ): void => {
    switch (node.type) {
      case 'Atrule': {
        if (node.name === 'supports') return;
        look(`@${node.name}`, at(css['at-rules'] as Identifier, node.name));
        for (const [feature] of node.prelude.matchAll(/[a-z][a-z-]+/g))
          look(`@${node.name} (${feature})`, at(css['at-rules'] as Identifier, node.name, feature));
        if (/[<>]/.test(node.prelude))
          look('@media (a < b)', at(css['at-rules'] as Identifier, 'media', 'range_syntax'));
        if (!/keyframes$/.test(node.name))
          for (const child of node.block?.children ?? []) visit(child, false);
        else
          for (const { block } of (node.block?.children ?? []) as AST.CSS.Rule[])
            for (const child of block.children) visit(child, false);
        return;
      }
      case 'Rule': {
        if (isNested) look('nesting', at(css.selectors as Identifier, 'nesting'));
        const selectors = source.slice(node.prelude.start, node.prelude.end);
        for (const name of newerSelectors(selectors, floor)) found.add(name);
        for (const child of node.block.children) visit(child, true);
        return;
      }
      case 'Declaration':
        declaration(node);
    }
  };
  for (const child of parseCss(source).children) visit(child, false);
  return [...found].sort();
}
