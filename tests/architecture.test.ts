// The house's one-way rule, checked by reading import lines: who may import whom, and where the forbidden folders are.
// A failure names the file, the line, and the rule it breaks.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { channelNames, channelsList, writtenChannelsList } from './support/channels-list';
import { errorsPage, writtenErrorsPage } from './support/errors-page';
import { circlesOf, filesBelow, importsOf, ROOT, type Import } from './support/imports';

const isPackage = (target: string) => !/^(src|supabase|tests|\$)/.test(target);
const isTest = (file: string) => /\.(test|spec)\.ts$/.test(file);

interface Rule {
  sentence: string;
  covers: (file: string) => boolean;
  forbids: (found: Import) => boolean;
}

/** The rooms of the triage page, each with those whose files it may import besides its own. */
const ROOMS: Record<string, string[]> = {
  desk: [],
  strip: ['desk'],
  list: ['desk'],
  case: ['desk'],
  keyboard: ['list', 'case', 'desk'],
};
const TRIAGE = 'src/routes/(app)/dashboard/chatbots/[chatbot]/human-support/';
const roomOf = (file: string) => file.slice(TRIAGE.length).split('/')[0] ?? '';

const RULES: Rule[] = [
  {
    sentence: '_shared imports nothing but itself: web standards only',
    covers: (file) => file.startsWith('supabase/functions/_shared/') && !isTest(file),
    forbids: ({ target }) => !target.startsWith('supabase/functions/_shared/'),
  },
  {
    sentence: 'a function imports its own folder, _shared and packages, never another function',
    covers: (file) => /^supabase\/functions\/[^_]/.test(file) && !isTest(file),
    forbids: ({ file, target }) =>
      !isPackage(target) &&
      !target.startsWith('supabase/functions/_shared/') &&
      !target.startsWith(file.split('/').slice(0, 3).join('/') + '/'),
  },
  {
    sentence:
      'the widget imports itself, the contract and the tree of a text, never what parses one, svelte, $lib or a Supabase client',
    covers: (file) =>
      file.startsWith('src/widget/') && !isTest(file) && !/(vite\.config|names|releases)\.ts$/.test(file),
    forbids: ({ target }) =>
      !target.startsWith('src/widget/') &&
      !/^supabase\/functions\/_shared\/(contract|markdown-tree)\.ts$/.test(target),
  },
  {
    sentence: 'the npm package imports itself, React and Vue alone: what its users install is all of it',
    covers: (file) => file.startsWith('src/handoff-widget/') && !isTest(file),
    forbids: ({ target }) => !/^(src\/handoff-widget\/|(react|vue)$)/.test(target),
  },
  {
    sentence: 'server modules never import state, components or routes',
    covers: (file) => file.startsWith('src/lib/server/'),
    forbids: ({ target }) => /^src\/(lib\/(state|components)|routes|widget)/.test(target),
  },
  {
    sentence: 'state classes do no I/O: no server modules, no realtime, no routes',
    covers: (file) => file.startsWith('src/lib/state/') && !isTest(file),
    forbids: ({ target, isTypeOnly }) =>
      (/^src\/lib\/(server|realtime)/.test(target) && !isTypeOnly) ||
      target.startsWith('src/routes') ||
      target.startsWith('@supabase/'),
  },
  {
    sentence: 'components take props and callbacks: no server modules, no realtime, no Supabase client',
    covers: (file) => file.startsWith('src/lib/components/'),
    forbids: ({ target, isTypeOnly }) =>
      (/^src\/lib\/(server|realtime)/.test(target) && !isTypeOnly) || target.startsWith('@supabase/'),
  },
  {
    sentence: 'routes never reach into the widget or a function',
    covers: (file) => file.startsWith('src/routes/'),
    forbids: ({ target }) => target.startsWith('src/widget') || /^supabase\/functions\/[^_]/.test(target),
  },
  {
    sentence: 'the local stack never imports the app or a function: it runs them as programs',
    covers: (file) => file.startsWith('supabase/local/'),
    forbids: ({ target }) => target.startsWith('src/') || target.startsWith('supabase/functions/'),
  },
  {
    sentence: 'neither the app nor a function imports the local stack',
    covers: (file) => /^(src|supabase\/functions)\//.test(file),
    forbids: ({ target }) => target.startsWith('supabase/local'),
  },
  {
    sentence:
      'rooms of the triage page: strip, list and case draw what the desk holds, the keyboard moves list and case; never sideways, never back',
    covers: (file) => file.startsWith(TRIAGE) && Object.hasOwn(ROOMS, roomOf(file)),
    forbids: ({ file, target }) => {
      const [from, to] = [roomOf(file), roomOf(target)];
      return target.startsWith(TRIAGE) && to !== from && !ROOMS[from]?.includes(to);
    },
  },
];

const allFiles = ['src', 'supabase/functions', 'supabase/local'].flatMap(filesBelow);

function breaches(rule: Rule, found: Import[]): string[] {
  return found
    .filter(({ file }) => rule.covers(file))
    .filter(rule.forbids)
    .map(({ file, line, target }) => `${file}:${line} imports ${target}`);
}

describe('the architecture', () => {
  const found = allFiles.flatMap((file) => importsOf(file));

  it.each(RULES)('$sentence', (rule) => {
    expect(breaches(rule, found)).toEqual([]);
  });

  it('has no circles: no file reaches itself by what it imports, types included', () => {
    const tests = filesBelow('tests').flatMap((file) => importsOf(file));
    expect(circlesOf([...found, ...tests])).toEqual([]);
  });

  it('would notice a circle', () => {
    const planted = [
      ...importsOf('src/lib/a.ts', "import type { B } from './b.svelte';"),
      ...importsOf('src/lib/b.svelte.ts', "import { c } from '$lib/c.ts';"),
      ...importsOf('src/lib/c.ts', "import { a } from './a';\nimport { d } from './d';"),
      ...importsOf('src/lib/d.ts', "import { z } from 'zod';"),
    ];
    expect(circlesOf(planted)).toEqual([['src/lib/a.ts', 'src/lib/b.svelte.ts', 'src/lib/c.ts']]);
  });

  it('would notice a breach of each rule', () => {
    const planted: [file: string, source: string][] = [
      ['supabase/functions/_shared/x.ts', "import { z } from 'zod';"],
      ['supabase/functions/widget/x.ts', "import { y } from '../dispatch/y.ts';"],
      ['src/widget/x.ts', "import { mount } from 'svelte';"],
      ['src/handoff-widget/x.ts', "import type { Locale } from '../widget/locale.ts';"],
      ['src/lib/server/x.ts', "import { Triage } from '$lib/state/triage.svelte';"],
      ['src/lib/state/x.ts', "import { subscribe } from '$lib/realtime';"],
      ['src/lib/components/X.svelte', "import { createClient } from '@supabase/supabase-js';"],
      ['src/routes/x.ts', "import { view } from '../widget/view';"],
      ['supabase/local/x.ts', "import { handle } from '../functions/widget/handler.ts';"],
      ['src/lib/x.ts', "import { startStack } from '../../supabase/local/index.ts';"],
      [`${TRIAGE}desk/x.ts`, "import type { CaseActions } from '../case/case-actions.svelte';"],
    ];
    RULES.forEach((rule, index) => {
      const [file, source] = planted[index] ?? ['', ''];
      expect(breaches(rule, importsOf(file, source)), rule.sentence).toHaveLength(1);
    });
  });

  it('keeps Deno out of everything but the entry points of the functions', () => {
    const offenders = filesBelow('supabase/functions')
      .filter((file) => !file.endsWith('/index.ts') && !isTest(file))
      .filter((file) =>
        /\bDeno\./.test(readFileSync(join(ROOT, file), 'utf8').replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
      );
    expect(offenders).toEqual([]);
  });

  it('has no folder or file for odds and ends', () => {
    const oddsAndEnds = /(^|\/)(utils|helpers|services|stores|types)(\/|\.ts$)/;
    expect(allFiles.filter((file) => oddsAndEnds.test(file))).toEqual([]);
  });

  it('never asks which stack it runs on', () => {
    const asking = /is_?embedded|is_?local_?stack|SUPABASE_LOCAL\b/i;
    const offenders = allFiles
      .filter((file) => !file.startsWith('supabase/local/'))
      .filter((file) => asking.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(offenders).toEqual([]);
  });

  it('lets whatever scrolls hold what is hidden in it: else a caption for screen readers makes the whole page longer', () => {
    const styles = [...filesBelow('src/lib'), ...filesBelow('src/routes')]
      .filter((file) => file.endsWith('.svelte'))
      .concat(['base', 'controls', 'surfaces', 'feedback', 'forced'].map((name) => `src/styles/${name}.css`));
    const loose = styles.flatMap((file) =>
      [...readFileSync(join(ROOT, file), 'utf8').matchAll(/([^{};]*)\{([^{}]*)\}/g)]
        .filter(
          ([, , rules = '']) => /overflow(-[xy])?: (auto|scroll)/.test(rules) && !/position: /.test(rules),
        )
        .map(([, selector = '']) => `${file}: ${selector.trim()} scrolls and has no position`),
    );
    expect(loose).toEqual([]);
  });

  it('says the cause and the cure of every error code in docs/errors.md, which `npm run docs` writes', async () => {
    expect(writtenErrorsPage()).toBe(await errorsPage());
  });

  it('lists every folder of a channel, as `npm run docs` writes it, and tells of each in docs/channels.md', async () => {
    expect(writtenChannelsList()).toBe(await channelsList());
    const page = readFileSync(join(ROOT, 'docs/channels.md'), 'utf8');
    expect(channelNames().filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
  });
});
