import { createSessions, memoryStore } from "edge-session";
import { shop } from "./shop.mjs";

document.title = await shop(createSessions, memoryStore())();
