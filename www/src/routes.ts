import { account } from "./pages/account.ts";
import { cartPage } from "./pages/cart.ts";
import { home } from "./pages/home.ts";
import { lab } from "./pages/lab.ts";
import { message } from "./pages/message.ts";
import { preferencesPage } from "./pages/preferences.ts";
import { productPage } from "./pages/product.ts";
import { product } from "./shop.ts";
import type { PageRoute } from "./visit.ts";

const PAGES: ReadonlyMap<string, PageRoute> = new Map<string, PageRoute>([
  ["/", home],
  ["/cart", cartPage],
  ["/account", account],
  ["/preferences", preferencesPage],
  ["/lab", lab],
  ["/ended", () => message("ended", 200)],
]);

/** The page at `path`; for any other path, the one that says there is none. */
export function pageAt(path: string): PageRoute {
  const wanted = product(/^\/products\/([a-z-]+)$/.exec(path)?.[1]);
  if (wanted) return productPage(wanted);
  return PAGES.get(path) ?? (() => message("missing", 404));
}
