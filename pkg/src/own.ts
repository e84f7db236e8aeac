/** What `values` holds under `key` itself; what it inherits is not its own. For `reduce` along a path. */
export function own(values: unknown, key: string): unknown {
  return typeof values === "object" && values !== null && Object.hasOwn(values, key) ? values[key as keyof typeof values] : undefined;
}
