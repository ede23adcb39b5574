import { assert, assertEquals, assertFalse, assertThrows } from "@std/assert";
import type { HubEvent } from "../../lib/hub/event.ts";
import { type Client, Hub } from "../../lib/hub/hub.ts";

const LIMITS = { maxQueuedEvents: 10, maxQueuedBytes: 1000, maxQueuedMs: 1000 };

class Recorder implements Client {
  readonly events: HubEvent[] = [];
  closedWith: number | undefined;
  queuedBytes = 0;
  traffic = { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  constructor(
    readonly extensionId: string | undefined = undefined,
    readonly methods: string[] = [],
  ) {}
  allows(method: string) {
    return this.methods.includes(method);
  }
  deliver(event: HubEvent) {
    this.events.push(event);
  }
  close(code: number) {
    this.closedWith = code;
  }
  get received(): [string, unknown][] {
    return this.events.map(({ name, data }) => [name, data]);
  }
}

Deno.test("Hub.join() tells everybody, the newcomer included", () => {
  const hub = new Hub(LIMITS);
  const page = new Recorder();
  const extension = new Recorder("a.ext");
  hub.join(page);
  hub.join(extension);
  assertEquals(page.received, [
    ["appClientConnect", 1],
    ["clientConnect", 1],
    ["extClientConnect", "a.ext"],
    ["clientConnect", 2],
  ]);
  assertEquals(extension.received, [["extClientConnect", "a.ext"], ["clientConnect", 2]]);
});

Deno.test("Hub.leave() tells the others, with numbers that exclude the leaver", () => {
  const hub = new Hub(LIMITS);
  const page = new Recorder();
  const other = new Recorder();
  hub.join(page);
  hub.join(other);
  page.events.length = 0;
  hub.leave(other);
  hub.leave(other);
  assertEquals(page.received, [["appClientDisconnect", 1], ["clientDisconnect", 1]]);
});

Deno.test("Hub.join() throws for a second client of a live extension", () => {
  const hub = new Hub(LIMITS);
  const first = new Recorder("a");
  hub.join(first);
  assertThrows(() => hub.join(new Recorder("a")), Error, "connected already");
  assert(hub.isConnected("a"));
});

Deno.test("Hub.leave() of a client that was never let in leaves the live one in place", () => {
  const hub = new Hub(LIMITS);
  hub.join(new Recorder("a"));
  hub.leave(new Recorder("a"));
  assert(hub.isConnected("a"));
});

Deno.test("Hub.broadcast() reaches its audience and encodes once", () => {
  const hub = new Hub(LIMITS);
  const page = new Recorder();
  const extension = new Recorder("a");
  hub.join(page);
  hub.join(extension);
  for (const client of [page, extension]) client.events.length = 0;
  hub.broadcast("to apps", 1, "apps");
  hub.broadcast("to extensions", 2, "extensions");
  hub.broadcast("to all", 3, "all");
  assertEquals(page.received, [["to apps", 1], ["to all", 3]]);
  assertEquals(extension.received, [["to extensions", 2], ["to all", 3]]);
  assert(page.events[1] === extension.events[1]);
});

Deno.test("Hub.broadcast() sends nothing when the data cannot be encoded", () => {
  const hub = new Hub(LIMITS);
  const page = new Recorder();
  hub.join(page);
  page.events.length = 0;
  const circular: unknown[] = [];
  circular.push(circular);
  assertThrows(() => hub.broadcast("e", circular, "all"), TypeError);
  assertEquals(page.events, []);
});

Deno.test("Hub.queue() keeps events until their extension joins, in order, after its own arrival", () => {
  const hub = new Hub(LIMITS);
  assertFalse(hub.send("a", "now", 0));
  assert(hub.queue("a", "one", 1));
  assert(hub.queue("a", "two", 2));
  const extension = new Recorder("a");
  hub.join(extension);
  assertEquals(extension.received.map(([name]) => name), [
    "extClientConnect",
    "clientConnect",
    "one",
    "two",
  ]);
  assertEquals(hub.queuedCount("a"), 0);
});

Deno.test("Hub.connectedExtensions is sorted", () => {
  const hub = new Hub(LIMITS);
  for (const id of ["c", "a", "b"]) hub.join(new Recorder(id));
  assertEquals(hub.connectedExtensions, ["a", "b", "c"]);
});

Deno.test("Hub.closeAll() closes everybody without telling each of the others", () => {
  const hub = new Hub(LIMITS);
  const clients = [new Recorder(), new Recorder(), new Recorder("a")];
  for (const client of clients) {
    hub.join(client);
    client.close = function (code) {
      this.closedWith = code;
      hub.leave(this);
    };
  }
  for (const client of clients) client.events.length = 0;
  hub.closeAll(1001, "the end");
  for (const client of clients) {
    assertEquals(client.closedWith, 1001);
    assertEquals(client.received, []);
  }
  assertEquals([hub.appCount, hub.connectedExtensions], [0, []]);
});

Deno.test("Hub.publish() reaches every app client and the extensions that may use the method", () => {
  const hub = new Hub(LIMITS);
  const [page, backend] = [new Recorder(), new Recorder()];
  const [granted, other] = [new Recorder("a", ["os.spawnProcess"]), new Recorder("b", ["os.open"])];
  for (const client of [page, backend, granted, other]) hub.join(client);
  hub.publish("spawnedProcess", { id: 0 }, "os.spawnProcess");
  const reached = [page, backend, granted, other].map(({ received }) =>
    received.filter(([name]) => name === "spawnedProcess").length
  );
  assertEquals(reached, [1, 1, 1, 0]);
});

Deno.test("Hub.caughtUp() waits for the readers of what was published, and for no others", async () => {
  const hub = new Hub(LIMITS);
  const page = new Recorder();
  const other = new Recorder("b");
  for (const client of [page, other]) hub.join(client);
  other.queuedBytes = 2 ** 30;
  assertEquals(hub.caughtUp("os.spawnProcess"), undefined);
  page.queuedBytes = 2 ** 21;
  let caughtUp = false;
  const waiting = hub.caughtUp("os.spawnProcess")!.then(() => caughtUp = true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertFalse(caughtUp);
  page.queuedBytes = 2 ** 20;
  await waiting;
});
