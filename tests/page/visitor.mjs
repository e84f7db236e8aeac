/** A visitor with a browser of their own, and what they see. */
import assert from "node:assert/strict";
import { accessSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
/** The page needs no network, and a browser that runs as root or in a container has no sandbox. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
];

export function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROME || onPath(), args: FLAGS });
}

function onPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(exists);
  assert(found, "no Chromium on PATH: install one, or name it in the variable CHROME");
  return found;
}

function exists(path) {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * A page for the test `t`, in a browser without cookies. The test fails if the page reports an error, be it in a script
 * or against the content security policy, or asks anything of another host.
 */
export async function visit(t, browser, origin, options = {}) {
  const context = await browser.newContext({ baseURL: origin, locale: "en-GB", reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems = [];
  context.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  context.on("weberror", (error) => problems.push(String(error.error())));
  context.on("request", (request) => request.url().startsWith(origin) || problems.push(`asked for ${request.url()}`));
  t.after(async () => {
    await context.close();
    assert.deepEqual(problems, [], "the page reported errors");
  });
  await page.goto("/");
  return page;
}

/** Waits until the shop has said `text`. */
export async function said(page, text) {
  await page.locator("#notice", { hasText: text }).waitFor();
}

export async function add(page, name) {
  await page.getByRole("button", { name: `Add to cart: ${name}` }).click();
  await said(page, `${name}: in the cart.`);
}

/** What is in the cart, as the cart's page lists it: `["2 × Night fox stamp"]`. */
export async function cart(page) {
  await page.goto("/cart");
  const lines = await page.locator(".lines li").all();
  return await Promise.all(
    lines.map(async (line) => `${await line.locator("output").textContent()} × ${await line.locator(".what a").textContent()}`),
  );
}

export async function signIn(page, name) {
  await page.goto("/account");
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("heading", { name: `Hello, ${name}` }).waitFor();
}

export function handle(page) {
  return page.locator("#handle").textContent();
}

/** What the inspector says the last request cost. */
export async function cost(page) {
  const number = async (id) => Number(await page.locator(id).textContent());
  return { reads: await number("#reads"), writes: await number("#writes") };
}
