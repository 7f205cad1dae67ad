import type { ActionResult, SubmitFunction } from '@sveltejs/kit';

/**
 * For `use:enhance`: says while the form is on its way, keeps what was typed when it comes back refused, and calls `done`
 * with the answer once the page shows it.
 */
export function sending(
  tell: (isSending: boolean) => void,
  done: (result: ActionResult) => void = () => undefined,
): SubmitFunction {
  return () => {
    tell(true);
    return async ({ update, result }) => {
      await update({ reset: false });
      tell(false);
      done(result);
    };
  };
}
