// The README's worked example, taken from the README and run as it stands there: only the address and the key are one's own.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, expect, inject, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { call, makeChatbot, newKey } from '../support/visitor.ts';

const { api_url: api } = inject('stack');
const sql = connectSql(inject('stack'));
afterAll(() => sql.end());

/** The commands below the heading, with what a reader fills in. */
function commandsFor(key: string): string {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const block = /## Use your own bot[\s\S]*?```sh\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const filled = block.replace(/^API=.*$/m, `API=${api}/functions/v1/api`).replace(/^KEY=.*$/m, `KEY=${key}`);
  expect(filled).toContain(`KEY=${key}`);
  expect(filled).toContain(api);
  return filled;
}

it('a bot of one’s own, by the README’s very commands, ends with an escalation', async () => {
  const { chatbotId } = await makeChatbot(sql);
  const key = await newKey(sql, chatbotId);
  const run = () => promisify(execFile)('bash', ['-euc', commandsFor(key)]);
  const { stdout } = await run();
  expect(stdout).not.toContain('"code"');
  expect(stdout).toContain('"conversation.escalated"');

  const list = () => call<{ escalations: Record<string, unknown>[] }>(api, 'api/escalations', { token: key });
  const { body } = await list();
  expect(body.escalations).toHaveLength(1);
  expect(body.escalations[0]).toMatchObject({
    session_id: 'embed-my-session-1',
    status: 'open',
    trigger: 'api',
    ask_count: 1,
    question: 'Can I speak to someone?',
  });

  // Another reader, with a key of their own, gets the same; and so does the first one again.
  const { stdout: elsewhere } = await promisify(execFile)('bash', [
    '-euc',
    commandsFor(await newKey(sql, (await makeChatbot(sql)).chatbotId)),
  ]);
  expect(elsewhere).toContain('"conversation.escalated"');
  expect(elsewhere).not.toContain('"code"');
  await run();
  expect((await list()).body.escalations).toMatchObject([{ ask_count: 1 }]);
});
