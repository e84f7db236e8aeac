import { describe, it } from "node:test";
import { readFile } from "node:fs/promises";
import { assert, assertSame } from "../conformance/assert.js";

const wasm = new URL("../../pkg/wasm/", import.meta.url);
const [written, { decode }] = await Promise.all(["bytes.js", "letters.js"].map((file) => import(new URL(file, wasm))));

describe("the core as text", () => {
  it("is_the_module_that_workers_import_to_the_byte", async () => {
    const bytes = await readFile(new URL("core_bg.wasm", wasm));
    assertSame(Buffer.compare(bytes, decode(written)), 0);
  });

  it("needs_no_escape_in_a_script_in_a_page_or_under_any_encoding", () => {
    assert(/^[ -~]+$/.test(written.text) && !/["\\<]/.test(written.text), "a character that is written otherwise somewhere");
  });
});
