import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, parent }) => {
  await parent();
  redirect(307, `/dashboard/chatbots/${params.chatbot}/human-support`);
};
