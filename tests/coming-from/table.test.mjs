// docs/coming-from.md cannot rot: its code is the code of the tests it names, and every row of its tables is answered.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const TESTS = fileURLToPath(new URL("..", import.meta.url));
const PAGE = join(TESTS, "../docs/coming-from.md");
const FEATURES = 80;
const COMPLAINTS = 33;
/** The fewest characters of a reason. */
const REASON = 30;

const page = await readFile(PAGE, "utf8");
const sources = await Promise.all((await testFiles(TESTS)).map((file) => readFile(file, "utf8")));
const named = testsOf(sources);

/** Every file below `folder` that can hold tests. */
async function testFiles(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const found = entries
    .filter(({ name }) => name !== "node_modules" && name !== "target")
    .map((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return /\.(m?js|rs)$/.test(entry.name) ? [path] : [];
    });
  return (await Promise.all(found)).flat();
}

/** The tests in `texts`, by name: the text from each one's name to the next test's. */
function testsOf(texts) {
  const tests = new Map();
  for (const text of texts) {
    const starts = [...text.matchAll(/(?:\bit\w*\(\s*"|\n *fn )(\w+)/g)];
    starts.forEach(({ 1: name, index }, at) => tests.set(name, unindented(text.slice(index, starts[at + 1]?.index))));
  }
  return tests;
}

function unindented(text) {
  return text.split("\n").map((line) => line.trim()).join("\n");
}

/** The rows of the table under `heading`, without the two of its head: their cells. */
function rowsUnder(text, heading) {
  const [, section] = text.split(`\n## ${heading}\n`);
  assert.ok(section !== undefined, `no heading "${heading}"`);
  const lines = section.split("\n## ")[0].split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()));
}

/** The names of tests in a text: four words or more with underscores, as code. What the three systems call things is shorter. */
const testsIn = (text) => [...text.matchAll(/`([a-z0-9]+(?:_+[a-zA-Z0-9]+){3,})`/g)].map(([, name]) => name);
const linksIn = (cell) => [...cell.matchAll(/\]\(([^)]+)\)/g)].map(([, link]) => link);

/** What is wrong with the table of features in `text`. */
function faultsOfFeatures(text) {
  const rows = rowsUnder(text, "Feature by feature");
  const faults = faultsOfNumbers(rows, FEATURES);
  for (const [number, , , answer, shown] of rows) {
    const [, verdict, reason] = /^\*\*(yes|better|no)\*\*(.*)$/.exec(answer ?? "") ?? [];
    if (verdict === undefined) faults.push(`${number}: no answer`);
    if (verdict === "yes" && testsIn(shown).length === 0) faults.push(`${number}: a yes without a test`);
    if (verdict === "better" && testsIn(shown).length + linksIn(shown).length === 0) faults.push(`${number}: better without what shows it`);
    if (verdict !== undefined && verdict !== "yes" && reason.length < REASON) faults.push(`${number}: no reason`);
  }
  return faults;
}

/** What is wrong with the table of complaints in `text`. */
function faultsOfComplaints(text) {
  const rows = rowsUnder(text, "What people complained of");
  const faults = faultsOfNumbers(rows, COMPLAINTS);
  for (const [number, , answer, shown] of rows) {
    if (!answer) faults.push(`${number}: no answer`);
    if (testsIn(shown ?? "").length + linksIn(shown ?? "").length === 0) faults.push(`${number}: nothing shows it`);
  }
  return faults;
}

function faultsOfNumbers(rows, count) {
  const numbers = rows.map(([number]) => Number(number));
  const expected = Array.from({ length: count }, (_, at) => at + 1);
  return numbers.join() === expected.join() ? [] : [`the rows are ${numbers.join()}`];
}

/** The code that is shown as ours, with the test that is named below it. */
function examplesOf(text) {
  return [...text.matchAll(/```(?:js|html)\n(.*?)```\n\n([^\n]*)/gs)].map(([, code, line]) => ({ code, tests: testsIn(line) }));
}

describe("docs/coming-from.md", () => {
  it("every_feature_of_the_three_systems_is_answered", () => assert.deepEqual(faultsOfFeatures(page), []));

  it("every_complaint_is_answered", () => assert.deepEqual(faultsOfComplaints(page), []));

  it("every_test_that_is_named_exists", () => {
    assert.deepEqual(testsIn(page).filter((name) => !named.has(name)), []);
  });

  it("every_document_that_is_named_exists_with_its_heading", async () => {
    for (const link of linksIn(page).filter((target) => !/^https?:/.test(target))) {
      const [file, anchor] = link.split("#");
      const text = file === "" ? page : await readFile(join(dirname(PAGE), file), "utf8");
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => anchorOf(title));
      assert.ok(anchor === undefined || anchors.includes(anchor), `${link}: no such heading`);
    }
  });

  it("every_piece_of_code_is_that_of_the_test_named_below_it", () => {
    const examples = examplesOf(page);
    assert.ok(examples.length >= 20, `${examples.length} examples`);
    for (const { code, tests } of examples) {
      assert.ok(tests.some((name) => named.get(name)?.includes(unindented(code).trim())), `in no test of ${tests}: ${code}`);
    }
  });

  for (const [what, from, to, fault] of [
    ["a_row_is_missing", /\n\| 7 \|.*/, "", /the rows are/],
    ["a_row_has_no_answer", /(\n\| 7 \|.*?\|.*?\|)[^|\n]*/, "$1 ", /^7: no answer$/],
    ["a_yes_names_no_test", /(\n\| 7 \|.*\|)[^|\n]*\|(?=\n)/, "$1 |", /^7: a yes without a test$/],
    ["a_better_names_nothing", /(\n\| 37 \|.*\|)[^|\n]*\|(?=\n)/, "$1 |", /^37: better without what shows it$/],
    ["a_no_has_no_reason", /(\n\| 7 \|.*?\|.*?\|)[^|\n]*/, "$1 **no** ", /^7: no reason$/],
  ]) {
    it(`is_refused_when_${what}`, () => assert.match(faultsOfFeatures(page.replace(from, to)).join(), fault));
  }

  for (const [what, from, to, fault] of [
    ["is_missing", /\n\| 33 \|.*/g, "", /the rows are/],
    ["has_no_answer", /(\n\| 33 \|[^|]*\|)[^|\n]*/g, "$1 ", /^33: no answer$/],
    ["is_shown_by_nothing", /(\n\| 33 \|.*\|)[^|\n]*\|(?=\n)/g, "$1 |", /^33: nothing shows it$/],
  ]) {
    it(`is_refused_when_a_complaint_${what}`, () => assert.match(faultsOfComplaints(page.replace(from, to)).join(), fault));
  }

  it("is_refused_when_a_test_that_it_names_is_gone_or_its_code_is_another", () => {
    assert.deepEqual(testsIn("`no_such_test_is_here`").filter((name) => named.has(name)), []);
    const [{ code, tests }] = examplesOf(page.replace('sessions.named("1234567")', 'sessions.named("7654321")'));
    assert.ok(!tests.some((name) => named.get(name).includes(unindented(code).trim())));
  });
});

function anchorOf(title) {
  return title.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-");
}
