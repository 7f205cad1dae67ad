import * as chatbots from '$lib/server/chatbots';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ params, parent }) => {
  const { chatbots: mine } = await parent();
  return { chatbot: chatbots.pick(mine, params.chatbot) };
};
