import { assert, assertEquals, assertFalse } from "@std/assert";
import { HubEvent } from "../../lib/hub/event.ts";
import { PendingEvents } from "../../lib/hub/pending.ts";

const LIMITS = { maxQueuedEvents: 3, maxQueuedBytes: 200, maxQueuedMs: 1000 };

function names(events: HubEvent[]): string[] {
  return events.map(({ name }) => name);
}

Deno.test("PendingEvents.take() gives events in order, once", () => {
  const pending = new PendingEvents(LIMITS);
  assert(pending.add("a", new HubEvent("1")));
  assert(pending.add("b", new HubEvent("other")));
  assert(pending.add("a", new HubEvent("2")));
  assertEquals(names(pending.take("a")), ["1", "2"]);
  assertEquals(pending.take("a"), []);
  assertEquals(names(pending.take("b")), ["other"]);
});

Deno.test("PendingEvents.add() refuses an event above the count", () => {
  const pending = new PendingEvents(LIMITS);
  for (const name of ["1", "2", "3"]) assert(pending.add("a", new HubEvent(name)));
  assertFalse(pending.add("a", new HubEvent("4")));
  assertEquals(names(pending.take("a")), ["1", "2", "3"]);
});

Deno.test("PendingEvents.add() refuses an event above the bytes", () => {
  const pending = new PendingEvents(LIMITS);
  assert(pending.add("a", new HubEvent("1", "x".repeat(100))));
  assertFalse(pending.add("a", new HubEvent("2", "x".repeat(100))));
  assert(pending.add("a", new HubEvent("3")));
});

Deno.test("PendingEvents drops what is too old, and its room is free again", () => {
  let now = 0;
  const pending = new PendingEvents(LIMITS, { now: () => now });
  pending.add("a", new HubEvent("1"));
  now = 600;
  pending.add("a", new HubEvent("2"));
  pending.add("a", new HubEvent("3"));
  now = 1000;
  assertEquals(pending.count("a"), 2);
  assert(pending.add("a", new HubEvent("4")));
  assertEquals(names(pending.take("a")), ["2", "3", "4"]);
});

Deno.test("PendingEvents lets go of what is too old also where nobody comes to take it", () => {
  let now = 0;
  const pending = new PendingEvents(LIMITS, { now: () => now });
  pending.add("a", new HubEvent("1"));
  now = 600;
  pending.add("b", new HubEvent("2"));
  assertEquals(pending.size, 2);
  now = 1200;
  pending.add("c", new HubEvent("3"));
  assertEquals(pending.size, 2);
  assertEquals(names(pending.take("b")), ["2"]);
});
