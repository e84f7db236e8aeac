import { bill, cart, quantityOf, setQuantity } from "./cart.ts";
import { deviceName } from "./device.ts";
import { localPath } from "./guard.ts";
import { prefer } from "./preferences.ts";
import { product } from "./shop.ts";
import type { FormRoute, Move, Visit } from "./visit.ts";

/** What every form of the shop does, under the path it is sent to. Each works without JavaScript: post, then redirect. */
export const ACTIONS: ReadonlyMap<string, FormRoute> = new Map<string, FormRoute>([
  ["/cart/add", addToCart],
  ["/cart/set", setInCart],
  ["/cart/order", order],
  ["/account/sign-in", signIn],
  ["/account/sign-out", signOut],
  ["/preferences", savePreferences],
  ["/session/rotate", rotate],
  ["/session/end", end],
]);

function addToCart({ session, form }: Visit): Move {
  const wanted = product(form.get("sku"));
  if (!wanted) return { to: "/" };
  setQuantity(session, wanted.sku, quantityOf(session, wanted.sku) + 1);
  return { to: back(form), notice: { kind: "added", about: wanted.sku } };
}

function setInCart({ session, form }: Visit): Move {
  const wanted = product(form.get("sku"));
  const quantity = Number(form.get("quantity"));
  if (!wanted || !Number.isInteger(quantity)) return { to: "/cart" };
  setQuantity(session, wanted.sku, quantity);
  return { to: "/cart", notice: { kind: quantity > 0 ? "changed" : "removed", about: wanted.sku } };
}

function order({ session }: Visit): Move {
  if (bill(session).count === 0) return { to: "/cart" };
  cart(session).clear();
  return { to: "/cart", notice: { kind: "ordered" } };
}

/** The longest name that the shop answers to, in characters. */
const LONGEST_NAME = 40;

/** `login` gives the session a new id: one that an attacker planted before (session fixation) is worth nothing after. */
function signIn({ session, form, request }: Visit): Move {
  const name = String(form.get("name") ?? "").trim();
  if (name === "" || [...name].length > LONGEST_NAME) return { to: "/account", notice: { kind: "noName" } };
  session.login(name, { device: deviceName(request.headers.get("user-agent")) });
  return { to: "/account", notice: { kind: "signedIn", about: name } };
}

/** Light and language belong to the browser and stay; the cart belongs to the person, and goes. */
function signOut({ session }: Visit): Move {
  session.logout({ keep: ["prefs"] });
  return { to: "/account", notice: { kind: "signedOut" } };
}

function savePreferences({ session, form }: Visit): Move {
  prefer(session, { theme: form.get("theme"), language: form.get("language") });
  return { to: "/preferences", notice: { kind: "saved" } };
}

function rotate({ session, form }: Visit): Move {
  session.rotate();
  return { to: back(form), notice: { kind: "rotated" } };
}

/** Nothing can be kept in a session that has ended, so there is no notice: the page itself says it. */
function end({ session }: Visit): Move {
  session.destroy();
  return { to: "/ended", ended: true };
}

function back(form: FormData): string {
  return localPath(form.get("back"));
}
