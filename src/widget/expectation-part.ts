/** When somebody can be expected, as a part of its own: a browser's first such sentence takes longer than all the drawing before it. */
import { expectationOf } from './expectation.ts';

export type ExpectationOf = typeof expectationOf;

(document.currentScript as HTMLScriptElement & { handoff: ExpectationOf }).handoff = expectationOf;
