/**
 * The lead form. It stands beside the request for a person, never in front of it: the request has been recorded before
 * this opens, and the form says that closing it cancels nothing. Where the owner asks for no address and none is known, it is one
 * question of our own; where the owner's form opens at that moment anyway, an address is its last row.
 */
import type { Lead, LeadField } from '#shared/contract.ts';
import type { Chat } from './chat.ts';
import { button, h, icon, setText } from './element.ts';
import { faultIn, leadFrom } from './lead.ts';
import type { State } from './store.ts';
import type { Words } from './words.ts';

const INPUTS: Record<string, Record<string, string> | undefined> = {
  name: { type: 'text', autocomplete: 'name', maxlength: '200' },
  // No browser may change a domain before we see it: as type=email Chromium makes another one of straße.de.
  email: {
    type: 'text',
    autocapitalize: 'none',
    autocomplete: 'email',
    maxlength: '254',
    inputmode: 'email',
  },
  phone: { type: 'tel', autocomplete: 'tel', maxlength: '50' },
};

export type CreateLeadForm = typeof createLeadForm;

function createLeadForm(
  chat: Chat,
  words: Words,
  moment: NonNullable<State['lead_form']>,
  announce: (text: string) => void,
): HTMLElement {
  const { config, question } = chat.state();
  const { lead_form } = config!;
  const isQuestion = moment === 'own';
  const isBeforeChat = moment === 'before_chat';
  const fields = isQuestion ? [] : [...lead_form.fields];
  if (question && !isBeforeChat) fields.push({ key: 'email', label: null, is_required: false });
  const rows = fields.map((field) => createRow(field, words, announce));
  const isOptional = fields.every(({ is_required }) => !is_required);
  const problem = h('p', { class: 'fault' });
  const { texts } = words;
  const title = isBeforeChat ? texts.lead_start : texts.lead_title;
  const submit = h('button', { type: 'submit', class: 'chip main' }, isQuestion ? texts.send : texts.submit);
  const dismiss = chat.closeLeadForm;
  const close = button(icon('M6 6l12 12M18 6 6 18'), dismiss, 'close', {
    'aria-label': words.texts.close_form,
  });
  const skip = button(isQuestion ? texts.no_thanks : texts.skip, dismiss);

  async function send(event: Event): Promise<void> {
    event.preventDefault();
    const faulty = rows.filter((row) => !row.check());
    if (faulty.length) return faulty[0]!.input.focus();
    const lead: Lead = leadFrom(rows.map(({ field, input }) => [field.key, input.value]));
    // "No, thanks" says that; whoever presses Send has more to say.
    if (isQuestion && !lead.email) return rows[0]!.refuse(texts.email_invalid);
    if (!Object.keys(lead).length) return dismiss();
    submit.disabled = true;
    const code = await chat.submitLead(lead);
    submit.disabled = false;
    // The server looks more closely than we do; what it refuses most is an address.
    const email = rows.find(({ field, input }) => field.key === 'email' && input.value);
    if (code && email) email.refuse(texts.email_invalid);
    else if (code) {
      setText(problem, texts.not_sent);
      announce(texts.not_sent);
    }
  }

  return h(
    'form',
    {
      class: 'card lead',
      novalidate: true,
      'aria-labelledby': 'lead',
      onsubmit: send,
    },
    !isBeforeChat && close,
    h('p', { class: 'strong', id: 'lead' }, isQuestion ? question : title),
    !isQuestion && lead_form.intro && h('p', {}, lead_form.intro),
    ...rows.map(({ element }) => element),
    problem,
    h('div', { class: 'cta' }, submit, (isQuestion || (isBeforeChat && isOptional)) && skip),
  );
}

function createRow(field: LeadField, words: Words, announce: (text: string) => void) {
  const { key, label, is_required } = field;
  const id = `lead-${key}`;
  const input = h('input', {
    ...(INPUTS[key] ?? { type: 'text', maxlength: '1000' }),
    id,
    name: key,
    required: is_required,
    'aria-describedby': `${id}-fault`,
    // Not on the way to a button: the message would move the button from under the finger.
    onblur: ({ relatedTarget }: FocusEvent) => relatedTarget instanceof HTMLButtonElement || check(),
    oninput: () => input.getAttribute('aria-invalid') === 'true' && check(),
  });
  const fault = h('p', { class: 'fault', id: `${id}-fault` });
  const { texts } = words;
  const faults = {
    required: texts.required,
    email: texts.email_invalid,
    phone: texts.phone_invalid,
  };
  const known: Record<string, string> = { name: texts.name, email: texts.email, phone: texts.phone };
  const caption = h('label', { for: id }, label || (known[key] ?? key.replace(/^custom_/, '')));
  if (!is_required) caption.append(h('span', { class: 'meta' }, ` (${words.texts.optional})`));

  function show(text: string): void {
    if (text && fault.textContent !== text) announce(text);
    setText(fault, text);
    input.setAttribute('aria-invalid', String(text !== ''));
  }

  function refuse(text: string): void {
    show(text);
    input.focus();
  }

  function check(): boolean {
    const found = faultIn(field, input.value);
    show(found ? faults[found] : '');
    return !found;
  }

  return { field, input, check, refuse, element: h('div', { class: 'row' }, caption, input, fault) };
}

(document.currentScript as HTMLScriptElement & { handoff: CreateLeadForm }).handoff = createLeadForm;
