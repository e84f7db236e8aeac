export function describeOptions(options: unknown): string {
  return options as string;
}
