import type { SubmitFunction } from '@sveltejs/kit';
import { tick } from 'svelte';
import type { Draft } from '$lib/state/draft.svelte';
import { sending } from '$lib/sending';

/**
 * For `use:enhance` of a settings form: holds back what cannot be right and leads to the first field that says so, sends the
 * draft as `payload`, and starts afresh from what was saved.
 */
export function saving<Value>(
  draft: Draft<Value>,
  is_valid: () => boolean,
  done: (data: Record<string, unknown>) => void,
  payload: () => unknown = () => draft.value,
): SubmitFunction {
  return (submission) => {
    if (!is_valid()) {
      submission.cancel();
      draft.is_tried = true;
      const { formElement } = submission;
      void tick().then(() => formElement.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
      return;
    }
    submission.formData.set('payload', JSON.stringify(payload()));
    return sending(
      (is_sending) => (draft.is_sending = is_sending),
      (result) => {
        if (result.type !== 'success') return;
        draft.reset();
        done(result.data ?? {});
      },
    )(submission);
  };
}
