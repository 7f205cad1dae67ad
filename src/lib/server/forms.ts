// What the settings pages' form actions have in common: reading what was sent, and turning a refusal into what the form shows.
import { fail, type ActionFailure } from '@sveltejs/kit';
import { refusalOf } from '$lib/server/guards';
import { refuse } from '$lib/server/supabase';

/** A refused form: which one, the stable code, and the sentence for the person. */
export interface Refused {
  about: string;
  code: string;
  message: string;
}

/** Does what a form asks for. A refusal comes back as the form's answer; what nobody foresaw is thrown on. */
export async function attempt<Result extends object>(
  about: string,
  work: () => Promise<Result>,
): Promise<(Result & { about: string }) | ActionFailure<Refused>> {
  try {
    return { ...(await work()), about };
  } catch (thrown) {
    const { status, body } = refusalOf(thrown);
    return fail(status, { about, code: body.code, message: body.message });
  }
}

/** The object that `saving` put into the form. The SQL function judges what is in it. Throws BDJSN when there is none. */
export function payloadOf(form: FormData): Record<string, unknown> {
  try {
    const payload: unknown = JSON.parse(String(form.get('payload')));
    if (typeof payload === 'object' && payload !== null) return payload as Record<string, unknown>;
  } catch {
    // Falls through to the refusal.
  }
  return refuse('BDJSN');
}
