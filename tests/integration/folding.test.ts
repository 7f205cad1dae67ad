// Words that differ in case alone are the same words, in every database: the embedded one folds by builtin C.UTF-8, hosted ones by
// ICU or a system locale, and lower() follows the locale. So the functions of the product are taken to a database of another kind.
import { randomUUID } from 'node:crypto';
import postgres, { type Sql } from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connectSql, rpc, signUp } from '../support/clients.ts';

const stack = inject('stack');
const here = connectSql(stack);
const SAME = [
  ['κωδικος', 'ΚΩΔΙΚΟΣ', 'κωδικός'.normalize('NFD').replace(/\p{M}/gu, '')],
  ['iade', 'İADE', 'İade'],
  ['straße', 'STRASSE', 'Strasse', 'STRAẞE'],
  ['ποσος', 'ΠΟΣΟΣ'],
  ['привет', 'ПРИВЕТ'],
  ['ÉCOLE', 'école'],
];
const FUNCTIONS = ['fold(text)', 'windows(uuid,text)', 'windows_query(uuid,text)', 'like_pattern(text)'];

afterAll(() => here.end());

describe.each([
  ['builtin C.UTF-8', null],
  ['ICU, English', "locale_provider icu icu_locale 'en-US'"],
  ['ICU, Turkish', "locale_provider icu icu_locale 'tr-TR'"],
])('in a database of %s', (_, kind) => {
  const name = `folding_${randomUUID().replaceAll('-', '')}`;
  let sql: Sql = here;

  beforeAll(async () => {
    if (!kind) return;
    await here.unsafe(`create database ${name} template template0 encoding 'UTF8' locale 'C' ${kind}`);
    const url = new URL(stack.db_url);
    url.pathname = `/${name}`;
    sql = postgres(url.href, { max: 1, onnotice: () => undefined });
    await sql`create schema private`;
    for (const one of FUNCTIONS) {
      const [found] = await here<
        { text: string }[]
      >`select pg_get_functiondef(${`private.${one}`}::regprocedure) as text`;
      await sql.unsafe(found!.text);
    }
  });

  afterAll(async () => {
    if (!kind) return;
    await sql.end();
    await here.unsafe(`drop database ${name} with (force)`);
  });

  it.each(SAME)('%s and %s are the same, and each finds the other', async (...words) => {
    for (const text of words) {
      for (const asked of words) {
        const [found] = await sql`
          select private.fold(${text}) = private.fold(${asked}) as is_same,
            private.windows(w.scope, ${`Our ${text}, please`}) @@ private.windows_query(w.scope, ${asked}) as is_indexed,
            private.fold(${`Our ${text}, please`}) like private.like_pattern(${asked}) as is_found
          from (values (${randomUUID()}::uuid)) as w (scope)`;
        expect(found, `${asked} in ${text}`).toMatchObject({
          is_same: true,
          is_indexed: true,
          is_found: true,
        });
      }
    }
  });
});

it('an answer to the same question in capitals is the same answer', async () => {
  const owner = await signUp(stack);
  const chatbot_id = await rpc<string>(owner.db, 'create_chatbot', { name: 'Shop' });
  for (const [first, ...others] of SAME) {
    await rpc(owner.db, 'save_answer', {
      chatbot_id,
      id: null,
      question: first,
      answer: 'Yes.',
      is_enabled: true,
    });
    for (const question of others) {
      const again = rpc(owner.db, 'save_answer', {
        chatbot_id,
        id: null,
        question,
        answer: 'No.',
        is_enabled: true,
      });
      await expect(again, `${question} after ${first}`).rejects.toMatchObject({ code: 'CONFL' });
    }
  }
});
