// `npm run bench [E1 …]`: measures everything, or what is named.
import { e1, e2, e3 } from './escalate.ts';
import { t1 } from './in-time.ts';
import { p2 } from './first-page.ts';
import { m1 } from './markdown.ts';
import { a1 } from './reply.ts';
import { w3 } from './widget.ts';

const METRICS: Record<string, () => Promise<void>> = {
  A1: a1,
  E1: e1,
  E2: e2,
  E3: e3,
  M1: m1,
  P2: p2,
  T1: t1,
  W3: w3,
};

const wanted = process.argv.slice(2);
for (const name of wanted) {
  if (!(name in METRICS))
    throw new Error(`There is no metric ${name}; there are ${Object.keys(METRICS).join(', ')}.`);
}
for (const [name, measure] of Object.entries(METRICS)) {
  if (wanted.length === 0 || wanted.includes(name)) await measure();
}
