// The only reader of public variables. They are read when asked for, not when the module loads, so that `node build`
// serves whichever project its environment names.
import { env } from '$env/dynamic/public';

/** The address and publishable key of the Supabase project. Throws a sentence when one is missing. */
export function supabaseProject(): { url: string; key: string } {
  const url = env.PUBLIC_SUPABASE_URL;
  const key = env.PUBLIC_SUPABASE_PUBLISHABLE_KEY;
  if (!url || !key) {
    throw new Error('Set PUBLIC_SUPABASE_URL and PUBLIC_SUPABASE_PUBLISHABLE_KEY (see .env.example).');
  }
  return { url, key };
}
