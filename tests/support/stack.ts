// The stack that all integration tests share. What a test writes there stays for the others, so each makes its own people and
// chatbots and looks at nothing else.
import { afterAll, inject } from 'vitest';
import { connectSql } from './clients.ts';

/** Its addresses and keys. */
export const stack = inject('stack');

/** The API's address, `/functions/v1` and the rest below it. */
export const api = stack.api_url;

/** SQL as `postgres`, the role migrations run as; closed after each test file. */
export const sql = connectSql(stack);

afterAll(() => sql.end({ timeout: 1 }));
