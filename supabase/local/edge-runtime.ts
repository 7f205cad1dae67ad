// Loaded into every function before its own code: the one global that hosted Edge Functions have and Deno has not.
const pending = new Set<Promise<unknown>>();

Object.assign(globalThis, {
  EdgeRuntime: {
    /** Lets work go on after the response; a failure is logged, as it is there. */
    waitUntil(work: Promise<unknown>): void {
      const settled = Promise.resolve(work).catch((error: unknown) => console.error('waitUntil:', error));
      pending.add(settled);
      void settled.finally(() => pending.delete(settled));
    },
  },
});
