// Where the suite keeps its sessions, with every operation written down where it happens: on the binding for Workers KV.

/**
 * A storage to run the suite on.
 *
 * @typedef {object} Storage
 * @property {string} name
 * @property {boolean} strong a read shows every write that was finished before it
 * @property {boolean} remembers something is kept outside the visitor's cookie; where nothing is, cookie-only.js says what
 *   holds instead
 * @property {boolean} lists it can tell which records there are
 * @property {(now: () => number) => { store: object, log: Operation[] }} open a store for one test
 *
 * @typedef {{ kind: "read" | "write" | "remove" | "list", key: string, bytes?: Uint8Array }} Operation
 */

/** `memoryStore`, on the test's own clock. */
export function memoryStorage({ memoryStore }) {
  return strongStorage("memoryStore", (now) => memoryStore({ now }));
}

/** Any store with compare-and-set: `make(now)` makes one. `lists`: it can tell what it holds. */
export function strongStorage(name, make, { lists = true } = {}) {
  return {
    name,
    strong: true,
    remembers: true,
    lists,
    open(now) {
      const log = [];
      return { store: loggedStore(make(now), log), log };
    },
  };
}

/** `kvStore` on a Workers KV binding, the operations counted on the binding. */
export function kvStorage({ kvStore }, name, binding) {
  return {
    name,
    strong: false,
    remembers: true,
    lists: true,
    open() {
      const log = [];
      return { store: kvStore(loggedKv(binding, log)), log };
    },
  };
}

/** `cookieStore`: nothing but the visitor's cookie. */
export function cookieStorage({ cookieStore }) {
  return { ...strongStorage("cookieStore", cookieStore), remembers: false };
}

function loggedStore(store, log) {
  return {
    consistency: store.consistency,
    read(keys) {
      for (const key of keys) log.push({ kind: "read", key });
      return store.read(keys);
    },
    write(key, bytes, options) {
      log.push({ kind: "write", key, bytes: bytes.slice() });
      return store.write(key, bytes, options);
    },
    remove(keys) {
      for (const key of keys) log.push({ kind: "remove", key });
      return store.remove(keys);
    },
    ...(store.list && {
      list(prefix, options) {
        log.push({ kind: "list", key: prefix });
        return store.list(prefix, options);
      },
    }),
  };
}

function loggedKv(binding, log) {
  return {
    get(key, options) {
      log.push({ kind: "read", key });
      return binding.get(key, options);
    },
    put(key, value, options) {
      log.push({ kind: "write", key, bytes: value.slice() });
      return binding.put(key, value, options);
    },
    delete(key) {
      log.push({ kind: "remove", key });
      return binding.delete(key);
    },
    list(options) {
      log.push({ kind: "list", key: options.prefix });
      return binding.list(options);
    },
  };
}
