// The database's own stories (supabase/tests): each file runs in a transaction that is rolled back, and each of its assertions
// is a test here. On a stack of its own: such a transaction claims what is due, and it and the tests beside it would hold each
// other up.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { connectSql } from '../support/clients.ts';
import { silence, sweep } from '../support/outbox.ts';
import { describeStack, startOwnStack } from '../support/own-stack.ts';
import { runPgtap } from '../support/pgtap.ts';

const FOLDER = fileURLToPath(new URL('../../supabase/tests', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));

const own = await startOwnStack();
const stack = describeStack(own);
const sql = connectSql(stack);
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await own.stop();
});
// What the seed has left to send is out of the way, and there has been a sweep; from here on nothing happens beside the stories.
await sweep(stack, sql);
await silence(sql);

for (const file of files) {
  const report = await runPgtap(stack.db_url, `${FOLDER}/${file}`);
  describe(`supabase/tests/${file}`, () => {
    it('runs to its end', () => {
      expect(report.error).toBeNull();
      expect(report.assertions).toHaveLength(report.planned ?? Number.NaN);
    });
    report.assertions.forEach(({ isOk, description, diagnostics }, index) => {
      it(`${index + 1}. ${description}`, () => {
        expect(isOk, diagnostics).toBe(true);
      });
    });
  });
}
