import type { ActionResult, SubmitFunction } from '@sveltejs/kit';
import { applyAction } from '$app/forms';

const FAILED = 'We couldn’t save this. What you typed is still here: please try again.';

/**
 * For `use:enhance`: says while the form is on its way, keeps what was typed when it comes back refused or does not come back,
 * and calls `done` with the answer once the page shows it.
 */
export function sending(
  tell: (isSending: boolean) => void,
  done: (result: ActionResult) => void = () => undefined,
): SubmitFunction {
  return () => {
    tell(true);
    return async ({ update, result }) => {
      if (isAnswer(result)) await update({ reset: false });
      else await applyAction(failureOf(result));
      tell(false);
      done(result);
    };
  };
}

function isAnswer(result: ActionResult): boolean {
  return result.type === 'success' || result.type === 'failure' || result.type === 'redirect';
}

/** An error would put its own page in the place of the form and of all that stands in it; a refusal leaves both. */
function failureOf(result: ActionResult): ActionResult {
  const { status = 503, error } = result as { status?: number; error?: { message?: unknown } };
  const isOurs = status < 500 && typeof error?.message === 'string';
  return {
    type: 'failure',
    status,
    data: { code: isOurs ? 'INVAL' : 'UNAVL', message: isOurs ? String(error!.message) : FAILED },
  };
}
