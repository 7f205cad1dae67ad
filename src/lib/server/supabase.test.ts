import { describe, expect, it, vi } from 'vitest';
import { toAppError } from './supabase';

describe('what PostgREST answers', () => {
  it.each([
    ['a code of ours', 'STALE', 'STALE'],
    ['what is no id', '22P02', 'NTFND'],
    ['a NUL in a text', '22P05', 'INVAL'],
    ['what is no time', '22007', 'INVAL'],
    ['a number that is too large', '22003', 'INVAL'],
    ['no session', 'PGRST301', 'SIGNI'],
    ['a right that is missing', '42501', 'FORBD'],
    ['a deadlock', '40P01', 'UNAVL'],
    ['a lock that was not to be had', '55P03', 'UNAVL'],
    ['a statement that took too long', '57014', 'UNAVL'],
    ['a connection that failed', '', 'UNAVL'],
    ['a mistake of ours', '42883', 'INTRN'],
  ])('%s becomes a refusal of its own', (_what, code, expected) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(toAppError({ code, message: 'A sentence.', details: null }).code).toBe(expected);
  });
});
