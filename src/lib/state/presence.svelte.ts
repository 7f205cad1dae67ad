// Who else has this chatbot's triage open, and what they are doing. Made from what Realtime says on each sync, which is the whole
// truth every time; people are shown once however many windows they have.

/** Somebody of the team, with the name they chose. */
export interface Teammate {
  user_id: string;
  display_name: string | null;
  email: string;
}

export type PresenceState = 'viewing' | 'idle' | 'replying';

export interface PresenceMeta {
  user_id: string;
  conversation_id: string | null;
  state: PresenceState;
}

export interface Present {
  user_id: string;
  name: string;
  state: PresenceState;
}

const STRENGTH: Record<PresenceState, number> = { idle: 0, viewing: 1, replying: 2 };

export class Presence {
  #metas = $state.raw<PresenceMeta[]>([]);
  readonly #names: Map<string, string>;
  readonly #me: string;
  readonly #byConversation: Map<string, Present[]> = $derived.by(() => this.#gather());

  constructor(me: string, members: Teammate[]) {
    this.#me = me;
    this.#names = new Map(members.map((member) => [member.user_id, member.display_name || member.email]));
  }

  /** The others on this conversation, by name. */
  on(conversation_id: string): Present[] {
    return this.#byConversation.get(conversation_id) ?? [];
  }

  /** Takes everybody's windows; of several windows on one conversation the busiest counts. */
  sync(metas: PresenceMeta[]): void {
    this.#metas = metas;
  }

  #gather(): Map<string, Present[]> {
    const found = new Map<string, Map<string, Present>>();
    for (const { user_id, conversation_id, state } of this.#metas) {
      if (!conversation_id || user_id === this.#me) continue;
      const people = found.get(conversation_id) ?? new Map<string, Present>();
      const known = people.get(user_id);
      if (!known || STRENGTH[state] > STRENGTH[known.state]) {
        people.set(user_id, { user_id, name: this.#names.get(user_id) ?? 'A new colleague', state });
      }
      found.set(conversation_id, people);
    }
    return new Map(
      [...found].map(([id, people]) => [
        id,
        [...people.values()].sort((a, b) => a.name.localeCompare(b.name)),
      ]),
    );
  }
}
