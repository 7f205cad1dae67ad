/**
 * Whether a key belongs to an input method that is putting a word together, as for Japanese, Chinese or Korean: then Enter takes the
 * word and Escape gives it up, and neither means anything to us. Safari ends the composition first and says so by the code alone.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}
