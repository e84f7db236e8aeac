import { execFile } from "node:child_process";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const pathOf = (relative) => fileURLToPath(new URL(relative, import.meta.url));

it("the_types_of_redisStore_take_the_clients_as_they_are_and_nothing_else", async () => {
  const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
  const how = ["--target", "ES2022", "--module", "NodeNext", "--types", "node", "--skipLibCheck", "--noEmit"];
  const tsc = pathOf("../../../node_modules/typescript/bin/tsc");
  await promisify(execFile)(process.execPath, [tsc, ...strict, ...how, pathOf("clients.ts")]).catch((error) => {
    throw new Error(error.stdout);
  });
});
