import { redirect } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals }) => {
  // This device only: signing out here must not end a colleague's shift on the shared screen next door.
  await locals.db.auth.signOut({ scope: 'local' });
  redirect(303, '/');
};
