// A page or a library: the types of the DOM, a store of its own, and typed values.
import {
  createSessions,
  type Listing,
  SessionError,
  type Session,
  type Store,
  type Stored,
  type WriteOptions,
} from "edge-session";

interface Item {
  sku: string;
  quantity: number;
}

interface Visitor {
  cart: Item[];
  theme: "light" | "dark";
}

class OwnStore implements Store {
  readonly consistency = "strong";
  readonly #records = new Map<string, Stored>();

  async read(keys: readonly string[]): Promise<(Stored | null)[]> {
    return keys.map((key) => this.#records.get(key) ?? null);
  }

  write(key: string, bytes: Uint8Array, { version }: WriteOptions): boolean {
    if (version !== undefined && version !== (this.#records.get(key)?.version ?? null)) return false;
    this.#records.set(key, { bytes, version: crypto.randomUUID() });
    return true;
  }

  remove(keys: readonly string[]): void {
    for (const key of keys) this.#records.delete(key);
  }

  list(prefix: string): Listing {
    return { keys: [...this.#records.keys()].filter((key) => key.startsWith(prefix)).map((key) => ({ key })) };
  }
}

const sessions = createSessions<Visitor>({
  secrets: ["secret", new Uint8Array(32)],
  store: new OwnStore(),
  cookie: { sameSite: "Strict", persist: true },
  lifetime: { idle: "30m", absolute: 43_200_000, resolution: "30s" },
});
sessions.on("reject", ({ reason }) => console.log(reason));

export async function answer(request: Request): Promise<Response> {
  const session: Session<Visitor> = await sessions.open(request);
  const cart: Item[] = session.get("cart") ?? [];
  session.set("theme", "dark").update({ cart: [...cart, { sku: "A1", quantity: 1 }] });
  const theme: "light" | "dark" | undefined = session.data.theme;
  const views: number | undefined = session.namespace<{ views: number }>("stats").get("views");
  return sessions.commit(session, Response.json({ theme, views, id: session.id, ends: session.expiresAt?.toISOString() }));
}

export async function userOf(request: Request): Promise<string | null> {
  const session = await sessions.open(request, { create: false });
  return session?.user ?? null;
}

export function reasonOf(error: unknown): string {
  return error instanceof SessionError && error.code === "too-large" ? "too large" : "another";
}

export function misuse(session: Session<Visitor>): void {
  // @ts-expect-error There is no such value.
  session.get("basket");
  // @ts-expect-error A theme is no number.
  session.set("theme", 1);
  // @ts-expect-error A length of time has a unit.
  createSessions({ secrets: [], store: new OwnStore(), lifetime: { idle: "30 minutes" } });
}
