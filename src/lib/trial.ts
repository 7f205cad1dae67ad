// Asking the server what something would do that is not saved yet.

/** What the server answers to what is on trial; throws the sentence of its refusal. */
export async function tryOut<Result>(address: string, trial: object, signal?: AbortSignal): Promise<Result> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(trial),
    signal: signal ?? null,
  });
  const body = (await response.json()) as Result & { message?: string };
  if (!response.ok) throw new Error(body.message);
  return body;
}
