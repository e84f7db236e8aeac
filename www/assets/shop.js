/**
 * Makes the shop's forms work without leaving the page. Nothing here is needed: every form posts and redirects
 * by itself, and does so again whenever something below fails.
 */
import { announceChange, refreshed } from "./inspector.js";

/** The parts of a page that a form may change. The notice is not among them: screen readers watch it, so it stays. */
const PARTS = ["masthead", "content", "inspector", "footer"];

/** Forms are sent one after the other, so that the page shown last is the newest. */
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-live]")) return;
  event.preventDefault();
  const fields = new URLSearchParams(new FormData(form, event.submitter));
  queue = queue.then(() => send(form.action, fields)).catch(() => sendPlainly(form, event.submitter));
});

/** What the shop answers is shown, also when it refuses or apologises: that is a page too. */
async function send(action, fields) {
  const response = await fetch(action, { method: "POST", body: fields, headers: { "x-live": "1" } });
  show(new DOMParser().parseFromString(await response.text(), "text/html"));
  announceChange();
}

/** As the browser would without this script: when the network fails, it says so better than any page. */
function sendPlainly(form, submitter) {
  delete form.dataset.live;
  if (form.isConnected) form.requestSubmit(submitter);
  else location.reload();
}

/** Puts the new page in the place of the old one, and the focus back where it was. */
function show(page) {
  const focused = document.activeElement?.id;
  const count = cartCount();
  for (const { name, value } of page.documentElement.attributes) document.documentElement.setAttribute(name, value);
  document.title = page.title;
  for (const id of PARTS) document.getElementById(id).replaceWith(page.getElementById(id));
  document.getElementById("notice").replaceChildren(...page.getElementById("notice").childNodes);
  if (cartCount() !== count) document.querySelector(".badge")?.classList.add("changed");
  refreshed();
  focusAgain(focused);
}

function cartCount() {
  return document.querySelector(".badge")?.dataset.count;
}

/** A button that went away with its line, or that can do no more, hands the focus to the page. */
function focusAgain(id) {
  const same = id && document.getElementById(id);
  (same && !same.disabled ? same : document.getElementById("content")).focus({ preventScroll: true });
}

// A page that comes out of the back-forward cache shows the cart as it was then.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
