import { safeNext } from '$lib/server/guards';
import type { LayoutServerLoad } from './$types';

/** Where to go afterwards, already made safe, so that each page only hands it on. */
export const load: LayoutServerLoad = ({ url }) => ({
  next: safeNext(url.searchParams.get('next'), url.origin),
});
