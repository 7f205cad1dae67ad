// The database's own stories (supabase/tests): each file runs in a transaction that is rolled back, and each of its assertions
// is a test here.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runPgtap } from '../support/pgtap.ts';
import { stack } from '../support/stack.ts';

const FOLDER = fileURLToPath(new URL('../../supabase/tests', import.meta.url));
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.sql'));

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
