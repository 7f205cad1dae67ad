import { mayEditSettings } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ parent }) => {
  const { chatbot } = await parent();
  if (!mayEditSettings(chatbot.role))
    refuse('FORBD', 'Only admins and the owner can see webhooks and API keys.');
};
