import { describe, expect, it } from 'vitest';
import { Presence } from './presence.svelte';

const members = [
  { user_id: 'ana', display_name: 'Ana', email: 'ana@example.com' },
  { user_id: 'noor', display_name: 'Noor', email: 'noor@example.com' },
];

describe('presence', () => {
  it('shows each person once per conversation, as busy as their busiest window', () => {
    const presence = new Presence('me', members);
    presence.sync([
      { user_id: 'noor', conversation_id: 'c', state: 'idle' },
      { user_id: 'noor', conversation_id: 'c', state: 'replying' },
      { user_id: 'ana', conversation_id: 'c', state: 'viewing' },
      { user_id: 'me', conversation_id: 'c', state: 'viewing' },
      { user_id: 'ana', conversation_id: null, state: 'viewing' },
    ]);
    expect(presence.on('c')).toEqual([
      { user_id: 'ana', name: 'Ana', state: 'viewing' },
      { user_id: 'noor', name: 'Noor', state: 'replying' },
    ]);
  });

  it('forgets whoever has left', () => {
    const presence = new Presence('me', members);
    presence.sync([{ user_id: 'ana', conversation_id: 'c', state: 'viewing' }]);
    presence.sync([]);
    expect(presence.on('c')).toEqual([]);
  });
});
