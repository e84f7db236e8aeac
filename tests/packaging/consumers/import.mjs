import { createSessions, memoryStore } from "edge-session";
import { shop } from "./shop.mjs";

console.log(process.version, await shop(createSessions, memoryStore())());
