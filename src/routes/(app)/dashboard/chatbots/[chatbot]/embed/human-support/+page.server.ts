import { fail } from '@sveltejs/kit';
import { asciiAddress } from '#shared/email-address.ts';
import { labelsFor } from '#shared/labels.ts';
import { refusalOf, requireUser } from '$lib/server/guards';
import * as humanSupport from '$lib/server/human-support';
import { textField } from '$lib/server/sign-in';
import type { Actions, PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  await requireUser(event);
  await event.parent();
  const found = await humanSupport.read(event.locals.db, event.params.chatbot);
  return { ...found, defaults: labelsFor(found.language ?? 'en', {}) };
};

const MODES: humanSupport.IntentMode[] = ['off', 'offer', 'escalate'];

export const actions: Actions = {
  default: async (event) => {
    await requireUser(event);
    const form = await event.request.formData();
    const recipients = form
      .getAll('recipients')
      .filter((value): value is string => typeof value === 'string')
      .map(asciiAddress);
    const settings = {
      show_escalation_cta: form.has('show_escalation_cta'),
      replace_followups: form.has('replace_followups'),
      positive_label: textField(form, 'positive_label') || null,
      request_help_label: textField(form, 'request_help_label') || null,
      confirmation_message: textField(form, 'confirmation_message') || null,
      intent_mode: MODES.find((mode) => mode === form.get('intent_mode')) ?? 'off',
    };
    try {
      const saved = await humanSupport.save(event.locals.db, event.params.chatbot, settings, recipients);
      return { isSaved: true, recipients: saved.recipients };
    } catch (thrown) {
      const { status, body } = refusalOf(thrown);
      const detail = body.detail as { address?: string } | undefined;
      return fail(status, { code: body.code, message: body.message, address: detail?.address ?? null });
    }
  },
};
