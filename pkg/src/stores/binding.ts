import { SessionError } from "../errors.js";

/**
 * Makes sure that a store was given the binding it works on, before the first request does.
 *
 * @param store the function that was called, to begin the message with
 * @param kind what the binding must be: `"a D1 database"`
 * @throws SessionError `config` when the binding is missing or has not these methods
 */
export function checkBinding(store: string, binding: unknown, kind: string, methods: readonly string[]): void {
  if (typeof binding !== "object" || binding === null) {
    const found = binding === null ? "null" : typeof binding;
    throw new SessionError("config", `${store}: the binding is ${found}; is it in wrangler.toml?`);
  }
  for (const method of methods) {
    if (typeof (binding as Record<string, unknown>)[method] !== "function") {
      throw new SessionError("config", `${store}: the binding has no ${method}(); is it ${kind}?`);
    }
  }
}
