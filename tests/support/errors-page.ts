// The page of all error codes, `docs/errors.md`, made from the list that the code uses: `npm run docs` writes it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { CAUSES } from '../../supabase/functions/_shared/error-causes.ts';
import { AppError, type RefusalCode } from '../../supabase/functions/_shared/errors.ts';
import { ROOT } from './imports.ts';

const FILE = join(ROOT, 'docs/errors.md');

/** The page as it should be. */
export async function errorsPage(): Promise<string> {
  const rows = (Object.keys(CAUSES) as RefusalCode[]).map((code) => {
    const { status, message } = new AppError(code);
    const { cause, cure } = CAUSES[code];
    return `| \`${code}\` | ${status} | ${message} | ${cause} | ${cure} |`;
  });
  const text = `<!-- Made by npm run docs from supabase/functions/_shared/errors.ts and error-causes.ts; edit those. -->

# Error codes

Every refusal has one code, the same from the SQLSTATE in Postgres to \`code\` in the answer and the sentence on the page. Whatever is
refused has changed nothing. Tell codes apart by \`code\`, never by \`message\`, which may name the field or the person.

| code | HTTP | sentence | cause | cure |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
  return format(text, { ...(await resolveConfig(FILE)), filepath: FILE });
}

/** The page as it is in the repository. */
export const writtenErrorsPage = (): string => readFileSync(FILE, 'utf8');

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) writeFileSync(FILE, await errorsPage());
