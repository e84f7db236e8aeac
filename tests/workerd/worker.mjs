// The Worker that the bindings belong to: it answers nothing, and exports the classes of its objects.
import { SessionObject } from "edge-session/durable-object";

export { SessionObject };

/** Writes down what it is told, and does whatever a test puts in place of `act`. */
export class NotedObject extends SessionObject {
  noted = [];
  act = async () => undefined;

  async ended(end) {
    this.noted.push(end);
    await this.act();
  }
}

export default {};
