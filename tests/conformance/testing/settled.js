/** Long enough for every promise that can settle without waiting for anything. */
export async function settled() {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
