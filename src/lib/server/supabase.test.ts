import { describe, expect, it, vi } from 'vitest';
import { toAppError } from './supabase';

describe('what PostgREST answers', () => {
  it.each([
    ['a code of ours', 409, 'STALE', 'STALE'],
    ['what is no id', 400, '22P02', 'NTFND'],
    ['a NUL in a text', 400, '22P05', 'INVAL'],
    ['what is no time', 400, '22007', 'INVAL'],
    ['a number that is too large', 400, '22003', 'INVAL'],
    ['no session', 401, 'PGRST301', 'SIGNI'],
    ['a right that is missing', 403, '42501', 'FORBD'],
    ['a deadlock', 500, '40P01', 'UNAVL'],
    ['a lock that was not to be had', 500, '55P03', 'UNAVL'],
    ['a statement that took too long', 500, '57014', 'UNAVL'],
    ['a connection that failed', 0, '', 'UNAVL'],
    ['a gateway in its place', 502, 'WORKER_ERROR', 'UNAVL'],
    ['a gateway that waited too long', 504, '', 'UNAVL'],
    ['a mistake of ours', 404, '42883', 'INTRN'],
  ])('%s becomes a refusal of its own', (_what, status, code, expected) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(toAppError({ code, message: 'A sentence.', details: null }, status).code).toBe(expected);
  });
});
