// The people a case can be given to, as a menu names them.
import type { Teammate } from '$lib/state/presence.svelte';

export interface Choice {
  user_id: string;
  /** What the person is called wherever one name is enough. */
  name: string;
  /** The name, with what tells people of the same name apart. */
  label: string;
}

/** The team in its own order; two of one name are told apart by their addresses. */
export function choicesOf(team: Teammate[], me: string): Choice[] {
  const named = team.map(({ user_id, display_name, email }) => ({
    user_id,
    email,
    name: display_name || email,
  }));
  return named.map(({ user_id, email, name }) => {
    const isShared = named.some((other) => other.name === name && other.user_id !== user_id);
    const shown = isShared && name !== email ? `${name}, ${email}` : name;
    return { user_id, name, label: user_id === me ? `${shown} (you)` : shown };
  });
}
