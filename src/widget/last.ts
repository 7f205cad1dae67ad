/** `findLast` and `at(-1)`, which browsers have had only since 2022. */
export function lastOf<T>(list: readonly T[], is: (item: T) => boolean = () => true): T | undefined {
  for (let index = list.length; index--;) if (is(list[index]!)) return list[index];
  return undefined;
}
