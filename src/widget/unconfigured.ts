/** Enough to ask for a person when nothing is known at all: the request is kept until the server can be reached. */
import type { WidgetConfig } from '#shared/contract.ts';
import type { Launcher } from './launcher.ts';
import type { Words } from './words.ts';

export type WithoutConfig = typeof withoutConfig;

function withoutConfig({ chatbot, locale }: Launcher, words: Words): WidgetConfig {
  return {
    chatbot_id: chatbot,
    name: words.texts.assistant,
    initial: words.texts.assistant[0]!,
    greeting: null,
    accent_color: '#2563eb',
    colors: { on_accent: '#fff', accent_light: '#2563eb', accent_dark: '#5686ef' },
    position: 'right',
    locale,
    show_escalation_cta: false,
    replace_followups: false,
    labels: { positive: '', request_help: words.texts.talk, confirmation: '' },
    when_lost: { unavailable: '', kept: '' },
    followup_buttons: [],
    page_parameters: [],
    lead_form: { timing: 'off', intro: null, fields: [] },
    person_available: {
      is_available: true,
      back_at: null,
      back_at_local: null,
      time_zone: null,
      expected_wait_hours: null,
      contact_text: null,
      is_sender_stopped: false,
    },
    realtime: null,
    version: '',
  };
}

(document.currentScript as HTMLScriptElement & { handoff: WithoutConfig }).handoff = withoutConfig;
