// One stack for all integration tests of a run. HANDOFF_STACK names the stack.json of a running one, which is then used instead
// and left running: handy while writing a test.
import { readFileSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { untilSenderRuns } from './clients.ts';
import { describeStack, startOwnStack, type TestStack } from './own-stack.ts';

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const running = process.env['HANDOFF_STACK'];
  if (running) {
    project.provide('stack', JSON.parse(readFileSync(running, 'utf8')) as TestStack);
    return undefined;
  }
  const stack = await startOwnStack();
  project.provide('stack', describeStack(stack));
  await untilSenderRuns(describeStack(stack));
  return () => stack.stop();
}
