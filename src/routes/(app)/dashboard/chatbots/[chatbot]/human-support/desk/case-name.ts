// What a case is called wherever it is listed.

interface Named {
  visitor_name: string | null;
  visitor_email: string | null;
  reference: string;
}

/** The visitor's name, else the address, else the short reference. */
export function nameOf({ visitor_name, visitor_email, reference }: Named): string {
  return visitor_name || visitor_email || reference;
}
