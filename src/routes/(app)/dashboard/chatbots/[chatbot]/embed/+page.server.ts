import { redirect } from '@sveltejs/kit';
import { EMBED_TABS } from '../tabs';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, parent }) => {
  await parent();
  redirect(307, `/dashboard/chatbots/${params.chatbot}/embed/${EMBED_TABS[0]?.path}`);
};
