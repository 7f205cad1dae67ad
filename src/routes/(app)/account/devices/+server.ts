// This browser among the person's devices: GET says with what it subscribes, POST has it notified, as the account page and the service
// worker ask for.
import { json } from '@sveltejs/kit';
import { requireUser } from '$lib/server/guards';
import * as devices from '$lib/server/push-devices';
import { refuse } from '$lib/server/supabase';
import type { RequestHandler } from './$types';

const COOKIE_SECONDS = 400 * 24 * 60 * 60;

export const GET: RequestHandler = async (event) => {
  await requireUser(event);
  return json({ public_key: await devices.publicKey(event.locals.db) });
};

export const POST: RequestHandler = async (event) => {
  await requireUser(event);
  const { cookies, locals, request, url } = event;
  // A form of another site cannot send this type, so nobody is made to add a browser of somebody else.
  if (!request.headers.get('content-type')?.startsWith('application/json')) refuse('BDCTY');
  const given = (await request.json().catch(() => ({}))) as Record<string, unknown>;
  const device = await devices.save(locals.db, given, cookies.get(devices.DEVICE_COOKIE));
  cookies.set(devices.DEVICE_COOKIE, device.id, {
    path: '/',
    maxAge: COOKIE_SECONDS,
    sameSite: 'lax',
    secure: url.protocol === 'https:',
  });
  return json(device, { status: 201 });
};
