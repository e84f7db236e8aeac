import { createSessions, memoryStore } from "edge-session";
import { shop } from "./shop.mjs";

const visitTwice = shop(createSessions, memoryStore());

export default {
  fetch: async () => new Response(await visitTwice()),
};
