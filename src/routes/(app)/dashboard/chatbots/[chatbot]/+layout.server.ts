import * as chatbots from '$lib/server/chatbots';
import type { LayoutServerLoad } from './$types';
import { isSetupHidden } from './setup-hidden';

export const load: LayoutServerLoad = async ({ params, parent, cookies }) => {
  const { chatbots: mine } = await parent();
  const chatbot = chatbots.pick(mine, params.chatbot);
  return { chatbot, is_set_up: chatbot.is_set_up || isSetupHidden(cookies, chatbot.id) };
};
