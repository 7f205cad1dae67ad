/**
 * The conversation as the visitor acts in it: every act is first written to the outbox, then sent, then shown as done
 * when the server has said so. The view calls the verbs below and is told of every new state; it never talks to
 * the server itself.
 */
import type { ConversationMessage, EscalationTrigger, Lead, WidgetConfig } from '#shared/contract.ts';
import { ApiError } from './api-error.ts';
import type { Api } from './api.ts';
import { newId } from './ids.ts';
import type { Later } from './later.ts';
import { withoutMessage, type Entry, type Outbox } from './outbox.ts';
import { lastOf } from './last.ts';
import { createSender } from './sender.ts';
import { oneTabAtATime, type Session } from './session.ts';
import type { Storage } from './storage.ts';
import * as store from './store.ts';
import type { Change, State } from './store.ts';
import { isAsking, isEscalationOpen, lacksLead, phaseOf } from './transcript.ts';

export interface ChatParts {
  api: Api;
  session: Session;
  outbox: Outbox;
  storage: Storage;
  later: Later;
  onState(state: State, before: State): void;
  /** Something happened that the page around us may want to know. */
  onEvent(name: string, detail?: object): void;
}

export type Chat = ReturnType<typeof createChat>;

const TYPING_EVERY_MS = 3_000;

export function createChat({ api, session, outbox, storage, later, onState, onEvent }: ChatParts) {
  let state = store.INITIAL_STATE;
  let typedAt = 0;

  const sender = createSender({
    outbox,
    later,
    deliver,
    onChange: readOutbox,
    exclusively: (id, work) => oneTabAtATime(`handoff:${id}`, work),
  });

  function change(changed: Change): void {
    const before = state;
    state = { ...state, ...changed };
    onState(state, before);
  }

  function readOutbox(): void {
    const pending = outbox
      .list()
      .filter(({ left }) => left === undefined)
      .map((entry) => ({ ...entry, ...sender.progressOf(entry.id) }));
    if (JSON.stringify(pending) !== JSON.stringify(state.pending)) change({ pending });
    const isKept = pending.some(({ kind, status }) => kind === 'escalation' && status === 'waiting');
    if (isKept) openLeadForm('before_escalation');
  }

  function act(entry: Entry): void {
    outbox.add(entry);
    change({ notice: '' });
    sender.flush();
    readOutbox();
  }

  /** Everything said to the server passes here, so that the state of the line is known from real calls. */
  async function heard<T>(work: Promise<T>): Promise<T> {
    try {
      const answer = await work;
      setOnline(true);
      return answer;
    } catch (error) {
      setOnline((error as ApiError).code !== 'OFFLN');
      throw error;
    }
  }

  function setOnline(is_online: boolean): void {
    if (is_online === state.is_online) return;
    change({ is_online });
    if (is_online) sender.retryAll();
  }

  /** Into the conversation it was meant for, which this browser may not show any more. */
  async function deliver(entry: Entry): Promise<void> {
    const { kind, left } = entry;
    const isShown = left === undefined;
    const open = () => heard((isShown ? session.ensure : session.aside)(kind === 'escalation'));
    const token = left || (await open());
    try {
      await heard(deliverWith(token, entry));
    } catch (error) {
      if ((error as ApiError).code !== 'TOKIV') throw error;
      // That conversation is gone. What was said in this one is said again in a new one; of what was left, a request for a person.
      if (isShown) loseSession(token);
      if (isShown ? kind !== 'feedback' : kind === 'escalation')
        await heard(deliverWith(await open(), withoutMessage(entry)));
    }
  }

  async function deliverWith(token: string, entry: Entry): Promise<void> {
    /** The visitor may have begun anew while the server was answering. */
    const isShown = () => session.token() === token;
    switch (entry.kind) {
      case 'message':
        return sendMessage(token, entry, isShown);
      case 'escalation': {
        const reply = await api.escalate(token, entry.request);
        if (!isShown()) return;
        change(store.escalated(state, reply, new Date().toISOString()));
        openLeadForm('before_escalation');
        openLeadForm('after_escalation');
        if (reply.address_question && !state.lead_form) change({ lead_form: 'own' });
        onEvent('escalated', { reference: reply.reference });
        return;
      }
      case 'feedback':
        return api.thumbsUp(token, entry.id).catch((error: ApiError) => {
          if (error.isPassing || error.code === 'TOKIV') throw error;
        });
      case 'lead':
        await api.saveLead(token, entry.lead);
        if (isShown()) change({ lead_form: null, has_lead: true });
    }
  }

  async function sendMessage(
    token: string,
    entry: Entry & { kind: 'message' },
    isShown: () => boolean,
  ): Promise<void> {
    const { id, text, at } = entry;
    const accepted = (seq: number, content?: string) => {
      if (isShown()) change(store.accepted(state, ownMessage(id, seq, text, content, at)));
      sender.accepted(id);
    };
    try {
      const reply = await api.send(token, id, text, {
        accepted,
        delta: (piece) => change(store.streamed(state, id, piece)),
      });
      if (!isShown()) return;
      // A server that does not stream accepts by answering; the next read brings the true position.
      if (state.stream?.id !== id) accepted((reply.message?.seq ?? state.last_seq + 2) - 1);
      change(store.answered(state, id, reply));
      if (reply.message) onEvent('message', { role: reply.message.role });
      // The message's own id for the request, so that hearing its answer twice asks once.
      if (reply.intent === 'escalate') escalate('intent', id, id);
    } catch (error) {
      change(store.answered(state, id));
      throw error;
    }
  }

  function escalate(trigger: EscalationTrigger, message_id?: string, request_id = newId()): void {
    if (isAsking(state)) return sender.retryAll();
    const tapped_at = new Date().toISOString();
    const request = { request_id, trigger, message_id, tapped_at };
    act({ kind: 'escalation', id: `ask-${request_id}`, at: tapped_at, request });
  }

  function openLeadForm(moment: 'before_escalation' | 'after_escalation'): void {
    const { config, was_lead_form_closed, lead_form } = state;
    const isWanted = config?.lead_form.timing === moment && lacksLead(state);
    if (isWanted && !was_lead_form_closed && !lead_form) change({ lead_form: moment });
  }

  const closeLeadForm = () => change({ lead_form: null, was_lead_form_closed: true });

  /** Contact details; answers with a code when the server refuses them, and keeps them when the line is down. */
  async function submitLead(lead: Lead): Promise<string | null> {
    const entry: Entry = { kind: 'lead', id: newId(), at: new Date().toISOString(), lead };
    outbox.add(entry);
    try {
      await deliver(entry);
      outbox.remove(entry.id);
    } catch (error) {
      if (error instanceof ApiError && !error.isPassing) {
        outbox.remove(entry.id);
        return error.code;
      }
      closeLeadForm();
      sender.flush();
    }
    readOutbox();
    return null;
  }

  function loseSession(token: string): void {
    session.forget(token);
    change(store.NOTHING_YET);
  }

  /** Leaves the conversation to the team, for an empty one; what is not sent yet is still sent to where it belongs. */
  function leave(): void {
    const token = session.token();
    for (const entry of outbox.list()) {
      if (entry.left !== undefined) continue;
      if (token || entry.kind === 'escalation') outbox.add({ ...entry, left: token ?? '' });
      else outbox.remove(entry.id);
    }
    storage.remove('seen');
    if (token) loseSession(token);
    else change(store.NOTHING_YET);
    readOutbox();
  }

  function markSeen(): void {
    const seq = lastOf(state.messages)?.seq ?? 0;
    if (seq <= state.seen_seq) return;
    storage.set('seen', String(seq));
    change(store.seen(state, seq));
    tellSeen(false);
  }

  function tellSeen(isTyping: boolean): void {
    const token = session.token();
    // A courtesy to the team; nothing depends on it, so its failure is nobody's concern.
    if (token && phaseOf(state) !== 'assistant')
      api.seen(token, state.seen_seq, isTyping).catch(() => undefined);
  }

  return {
    state: () => state,
    change,
    heard,
    setOnline,
    loseSession,
    markSeen,
    leave,
    startOver() {
      const left = isEscalationOpen(state) ? state.escalation!.reference : null;
      leave();
      change({ left });
    },
    escalate,
    submitLead,
    closeLeadForm,
    flush() {
      change(store.seen(state, Number(storage.get('seen')) || 0));
      sender.flush();
      readOutbox();
    },
    say: (text: string) => act({ kind: 'message', id: newId(), at: new Date().toISOString(), text }),
    rate(message_id: string) {
      change(store.rated(state, message_id));
      act({ kind: 'feedback', id: message_id, at: new Date().toISOString() });
    },
    retry: (id: string) => sender.retry(id),
    discard(id: string) {
      outbox.remove(id);
      sender.flush();
      readOutbox();
    },
    typing() {
      if (Date.now() - typedAt < TYPING_EVERY_MS) return;
      typedAt = Date.now();
      tellSeen(true);
    },
    setConfig: (config: WidgetConfig) => change({ config, fault: null }),
  };
}

function ownMessage(
  id: string,
  seq: number,
  text: string,
  content: string | undefined,
  created_at: string,
): ConversationMessage {
  const nothing = {
    author_name: null,
    event: null,
    feedback: null,
    followups: [],
    suggest_human: false,
    in_reply_to: null,
  };
  return { id, seq, role: 'visitor', text, content, created_at, ...nothing };
}
