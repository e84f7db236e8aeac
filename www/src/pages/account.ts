import { html, type Html } from "../html.ts";
import { speech } from "../i18n.ts";
import type { Page } from "../visit.ts";
import type { View } from "../view.ts";
import { layout } from "./layout.ts";

/** Signing in, or for who has signed in, out. */
export function account(): Page {
  return { draw };
}

function draw(view: View): Html {
  const { account: words } = speech(view.language).words;
  if (view.user === null) return layout(view, { title: words.title, main: signIn(view) });
  return layout(view, { title: words.hello(view.user), main: signOut(view, view.user) });
}

function signIn(view: View): Html {
  const { account: words } = speech(view.language).words;
  return html`<h1>${words.title}</h1>
    <p class="lead">${words.toy}</p>
    <form method="post" action="/account/sign-in" data-live class="sheet">
      <label for="name">${words.name}</label>
      <input id="name" name="name" autocomplete="nickname" required maxlength="40" dir="auto">
      <button id="sign-in" class="primary">${words.signIn}</button>
    </form>
    <p class="aside">${words.keeps}</p>`;
}

function signOut(view: View, user: string): Html {
  const { account: words } = speech(view.language).words;
  return html`<h1><bdi>${words.hello(user)}</bdi></h1>
    <form method="post" action="/account/sign-out" data-live class="sheet">
      ${view.device && html`<p>${words.device} <bdi>${view.device}</bdi></p>`}
      <button id="sign-out" class="primary">${words.signOut}</button>
    </form>
    <p class="aside">${words.leaves}</p>`;
}
