import type { SupabaseClient } from '@supabase/supabase-js';
import { refuse, rows, rpc } from '$lib/server/supabase';

export type IntentMode = 'off' | 'offer' | 'escalate';

/** How the widget hands over to people; null labels are the widget's own words in the visitor's language. */
export interface HumanSupportSettings {
  show_escalation_cta: boolean;
  replace_followups: boolean;
  positive_label: string | null;
  request_help_label: string | null;
  confirmation_message: string | null;
  intent_mode: IntentMode;
}

export interface HumanSupport {
  settings: HumanSupportSettings;
  /** Addresses besides the owner's, in the order they were added. */
  recipients: string[];
}

const COLUMNS =
  'show_escalation_cta, replace_followups, positive_label, request_help_label, confirmation_message, intent_mode';

/** What is saved, with the owner's address and the chatbot's own language, null when it follows the page. */
export async function read(
  db: SupabaseClient,
  chatbot_id: string,
): Promise<HumanSupport & { owner_email: string; language: string | null }> {
  const [[settings], recipients, [chatbot]] = await Promise.all([
    rows<HumanSupportSettings>(
      db.from('human_support_settings').select(COLUMNS).eq('chatbot_id', chatbot_id),
    ),
    rows<{ email: string }>(
      db.from('escalation_recipients').select('email').eq('chatbot_id', chatbot_id).order('position'),
    ),
    rows<{ owner_id: string; language: string | null }>(
      db.from('chatbots').select('owner_id, language').eq('id', chatbot_id),
    ),
  ]);
  if (!settings || !chatbot) refuse('NTFND');
  const [owner] = await rows<{ email: string }>(
    db.from('profiles').select('email').eq('user_id', chatbot.owner_id),
  );
  return {
    settings,
    recipients: recipients.map(({ email }) => email),
    owner_email: owner?.email ?? '',
    language: chatbot.language,
  };
}

/** Saves all of it or nothing; throws RCPTA or RCPTM naming the address. */
export function save(
  db: SupabaseClient,
  chatbot_id: string,
  settings: HumanSupportSettings,
  recipients: string[],
): Promise<HumanSupport> {
  return rpc<HumanSupport>(db, 'save_human_support', { chatbot_id, settings, recipients });
}
