/** A random UUID, which is what the address of an object ends in; `crypto.randomUUID` is missing on pages without https. */
export function newId(): string {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}
