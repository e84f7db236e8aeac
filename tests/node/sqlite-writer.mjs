// A process that writes to an SQLite file until it is killed or done: sqlite-writer.mjs task file [name]
import { readSync, writeSync } from "node:fs";
import { sqliteStore } from "../../pkg/dist/stores/sqlite.js";

const [task, file, name] = process.argv.slice(2);
const store = sqliteStore(file);
const expiresAt = Date.now() + 3_600_000;

/** Writes record after record and reports each one that is written, for longer than anybody should let it. */
function writeUntilKilled() {
  for (let number = 0; number < 100_000; number++) {
    store.write(`s1:${number}`, new Uint8Array(1_000).fill(number), { expiresAt });
    // Straight into the pipe, waiting while it is full: what process.stdout queues is not sent before this loop ends.
    writeSync(1, `${number}\n`);
  }
}

/** Adds to a shared list by compare-and-set, two hundred times, from the moment it is told to. */
function addByCompareAndSet() {
  writeSync(1, "ready\n");
  readSync(0, new Uint8Array(1));
  for (let number = 0; number < 200; number++) {
    for (;;) {
      const [current] = store.read(["s1:shared"]);
      const list = JSON.parse(new TextDecoder().decode(current.bytes));
      const bytes = new TextEncoder().encode(JSON.stringify([...list, `${name}${number}`]));
      if (store.write("s1:shared", bytes, { expiresAt, version: current.version })) break;
    }
  }
  store.close();
}

({ writeUntilKilled, addByCompareAndSet })[task]();
