// `npm run test:engines [-- engine … words of a story]`: installs the engines, starts the built product and tells the stories one
// engine after the other. What came of it is written into docs/engines.md.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import startStack from '../e2e/global-setup.ts';
import type { StackFile } from '../e2e/story.ts';
import { DESK_STORIES } from './desk-stories.ts';
import type { Engine } from './driver.ts';
import { ENGINES } from './engines.ts';
import { install } from './install.ts';
import { saveEngine, writePage, type Outcome } from './report.ts';
import { tell, type Story } from './stage.ts';
import { VISITOR_STORIES } from './visitor-stories.ts';

const STORIES = [...VISITOR_STORIES, ...DESK_STORIES];
const PICTURES = fileURLToPath(new URL('../../test-results/engines', import.meta.url));

function chosen(): { engines: Engine[]; words: string } {
  const known = new Map(ENGINES.map((engine) => [engine.id, engine]));
  const given = process.argv.slice(2);
  const ids = given.filter((word) => known.has(word));
  const words = given.filter((word) => !known.has(word)).join(' ');
  if (words && !STORIES.some(({ name }) => name.includes(words)))
    throw new Error(
      `There is no engine and no story “${words}”. The engines are ${[...known.keys()].join(', ')}.`,
    );
  return { engines: ids.length > 0 ? ids.map((id) => known.get(id)!) : ENGINES, words };
}

/** Why a story is not told in an engine. */
function hindrance(story: Story, engine: Engine): string | undefined {
  const ability = story.needs?.find((one) => engine.cannot[one]);
  if (ability) return engine.cannot[ability];
  if (story.of === 'desk' && engine.belowDashboard && !story.isBelowFloor) return engine.belowDashboard;
  if (story.isBelowFloor && !engine.belowDashboard) return 'the dashboard works in it';
  return undefined;
}

async function tellAll(engine: Engine, stories: Story[], stack: StackFile): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const story of stories) {
    const began = Date.now();
    const outcome = await outcomeOf(story, engine, stack);
    outcomes.push(outcome);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.info(
      `${engine.id}  ${outcome.result}  ${story.of}: ${story.name} (${seconds} s)${outcome.why ? `\n    ${outcome.why}` : ''}`,
    );
  }
  return outcomes;
}

async function outcomeOf(story: Story, engine: Engine, stack: StackFile): Promise<Outcome> {
  const { name, of } = story;
  const why = hindrance(story, engine);
  if (why) return { name, of, result: 'not told', why };
  try {
    await tell(story, engine, stack, PICTURES);
    return { name, of, result: 'finished' };
  } catch (error) {
    return { name, of, result: 'failed', why: (error as Error).message.split('\n')[0]! };
  }
}

const { engines, words } = chosen();
for (const { needs } of engines) install(needs.programs, needs.packages);
const stories = STORIES.filter(({ name }) => name.includes(words));
const stop = await startStack();
try {
  const stack = JSON.parse(readFileSync(process.env['HANDOFF_STACK']!, 'utf8')) as StackFile;
  for (const engine of engines) {
    const outcomes = await tellAll(engine, stories, stack);
    if (outcomes.some(({ result }) => result === 'failed')) process.exitCode = 1;
    await saveEngine(engine, await engine.version(), outcomes);
    await writePage(ENGINES);
  }
} finally {
  await stop?.();
}
