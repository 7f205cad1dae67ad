// `npm run bench:load [D1 …]`: a stack of its own, a million conversations, and every measurement that needs them, or those that
// are named. Takes about twenty minutes.
import { agreement } from './agreement.ts';
import { d6 } from './csv.ts';
import { d2, d3 } from './list.ts';
import { r1, r2 } from './notices.ts';
import { r3 } from './reconnect.ts';
import { d4 } from './rights.ts';
import { search } from './search.ts';
import { d7, usable } from './page.ts';
import { openStage, type Stage } from './stage.ts';
import { d1 } from './strip.ts';
import { d5 } from './transcript.ts';

const METRICS: Record<string, (stage: Stage) => Promise<void>> = {
  D1: d1,
  D2: d2,
  D3: d3,
  D4: d4,
  S1: search,
  D6: d6,
  P1: usable,
  D5: d5,
  D7: d7,
  R1: r1,
  R2: r2,
  R3: r3,
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in METRICS))
    throw new Error(`There is no metric ${name}; there are ${Object.keys(METRICS).join(', ')}.`);
}

const stage = await openStage((line) => console.info(line));
try {
  const failed = (await agreement(stage.superuser)).filter(({ isTrue }) => !isTrue);
  if (failed.length > 0)
    throw new Error(`The load is not what triggers make: ${failed.map(({ name }) => name).join('; ')}.`);
  for (const [name, measure] of Object.entries(METRICS)) {
    if (wanted.length === 0 || wanted.includes(name)) await measure(stage);
  }
} finally {
  await stage.stop();
}
