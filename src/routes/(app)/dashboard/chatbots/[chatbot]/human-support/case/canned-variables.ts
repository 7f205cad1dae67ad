// What may stand in a canned reply for what is known only when it is used.

/** The variables and what each becomes, for people. */
export const VARIABLES = {
  name: 'the visitor’s name',
  agent: 'your name',
  reference: 'the reference the visitor sees',
  chatbot: 'the name of the chatbot',
} as const;

export type Values = Record<keyof typeof VARIABLES, string>;

/** The text with its variables filled in. One without a value goes, with the space before it: "Hi {name}," becomes "Hi,". */
export function fill(body: string, values: Values): string {
  return body.replace(/( ?)\{(\w+)\}/g, (written, space: string, name: string) => {
    if (!Object.hasOwn(VARIABLES, name)) return written;
    const value = values[name as keyof Values];
    return value && space + value;
  });
}
