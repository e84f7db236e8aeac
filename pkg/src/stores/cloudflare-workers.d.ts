/**
 * The part of the runtime's own module that is used, so that building needs no types package. It is not published: the
 * package's declarations never name the module, and users keep the types of it that they have.
 */
declare module "cloudflare:workers" {
  export class DurableObject {
    constructor(ctx: unknown, env: unknown);
  }
}
