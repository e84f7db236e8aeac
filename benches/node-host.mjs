/** Times batches in this process, every request by itself. */
import { Stand } from "./stand.mjs";

/** Stands in this process, with the same methods as the host for workerd. */
export async function nodeHost() {
  const stands = new Map();
  return {
    async open(id, contestant, bytes, visitors) {
      const stand = new Stand(contestant, bytes, visitors);
      await stand.check();
      stands.set(id, stand);
    },
    verify: (id) => stands.get(id).verify(),
    async stop() {},
    async runBatch({ id, kind }, side) {
      const { marks, settle } = await stands.get(id).batch(kind, side);
      await settle();
      return marks.subarray(1).map((mark, i) => (mark - marks[i]) * 1000);
    },
  };
}
