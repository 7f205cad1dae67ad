import { redirect } from '@sveltejs/kit';
import * as devices from '$lib/server/push-devices';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ cookies, locals }) => {
  const device = cookies.get(devices.DEVICE_COOKIE);
  // Whoever signs out here is not notified here. That it is somebody else's device, or none any more, keeps nobody from leaving.
  if (device) await devices.remove(locals.db, device).catch(() => undefined);
  cookies.delete(devices.DEVICE_COOKIE, { path: '/' });
  // This device only: signing out here must not end a colleague's shift on the shared screen next door.
  await locals.db.auth.signOut({ scope: 'local' });
  redirect(303, '/');
};
