import type { FollowupButton, FollowupButtonType } from '#shared/contract.ts';
import * as checks from '$lib/checks';

/** As many as the widget has room for; the database keeps to it too. */
export const BUTTONS_MAX = 6;

export interface EditedButton {
  id: string;
  type: FollowupButtonType;
  label: string;
  value: string;
}

/** What stands in the way of saving a button, field by field. */
export function problemsOf({ type, label, value }: EditedButton): {
  label: checks.Problem;
  value: checks.Problem;
} {
  return {
    label: checks.words(label, 60, 'Write a label for the button.'),
    value:
      type === 'link'
        ? checks.link(value)
        : type === 'message'
          ? checks.words(value, 4000, 'Write the message this button sends.')
          : null,
  };
}

/** The buttons as they are saved and as the widget takes them. */
export function toPayload(buttons: EditedButton[]): FollowupButton[] {
  return buttons.map(({ id, type, label, value }) => ({
    id,
    type,
    label: label.trim(),
    value: type === 'escalate' ? null : value.trim(),
  }));
}
