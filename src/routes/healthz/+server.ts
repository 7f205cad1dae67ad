import { json } from '@sveltejs/kit';
import { supabaseProject } from '$lib/env';
import type { RequestHandler } from './$types';

/** That this process serves, for load balancers and containers, and for which project, for `npm run doctor`. */
export const GET: RequestHandler = () =>
  json({ project: supabaseProject().url }, { headers: { 'cache-control': 'no-store' } });
