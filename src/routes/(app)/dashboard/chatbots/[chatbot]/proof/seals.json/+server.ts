import { json } from '@sveltejs/kit';
import { readSeals } from '$lib/server/case-proof';
import { requireUser, uuidOr404 } from '$lib/server/guards';

/** The newest seals as a file, for whoever keeps them: `handoff-verify.mjs --seals` takes it. */
export async function GET(event) {
  await requireUser(event);
  const chatbot = uuidOr404(event.params.chatbot);
  return json(await readSeals(event.locals.db, chatbot), {
    headers: {
      'cache-control': 'private, no-store',
      'content-disposition': 'attachment; filename="handoff-seals.json"',
    },
  });
}
