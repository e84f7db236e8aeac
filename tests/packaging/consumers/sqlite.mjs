import { createSessions } from "edge-session";
import { sqliteStore } from "edge-session/sqlite";
import { shop } from "./shop.mjs";

try {
  console.log(process.version, await shop(createSessions, sqliteStore(":memory:"))());
} catch (error) {
  console.log(process.version, error.code, error.message);
}
