/** An answer that was deleted a moment ago. */
export interface Removed {
  question: string;
  answer: string;
  is_enabled: boolean;
}

/** Writes it again, through the form that writes a new one. Returns null, or the sentence of the refusal. */
export async function restore(address: string, removed: Removed): Promise<string | null> {
  const form = new FormData();
  form.set('payload', JSON.stringify(removed));
  try {
    const response = await fetch(address, {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json', 'x-sveltekit-action': 'true' },
    });
    const result = (await response.json()) as { type: string };
    if (result.type === 'success') return null;
  } catch {
    // No answer: said the same way.
  }
  return 'It couldn’t be restored. Please write it again.';
}
