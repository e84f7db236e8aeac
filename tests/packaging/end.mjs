/** What is undone however the tests end, also when somebody interrupts them: the last thing done first. */
const undoings = new Set();

/** Calls `undo`, which must be synchronous, when this process ends. Returns what takes that back. */
export function atEnd(undo) {
  undoings.add(undo);
  return () => undoings.delete(undo);
}

process.once("exit", () => {
  for (const undo of [...undoings].reverse()) undo();
});
// By themselves these end the process without an "exit". Listened to until the end: the test runner sends a second one.
for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));
