/**
 * Calls whose caller reads slowly.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import type { Caller } from "../../lib/auth/credentials.ts";
import { CallBroker } from "../../lib/extensions/calls.ts";
import type { HubEvent } from "../../lib/hub/event.ts";
import { type Client, Hub } from "../../lib/hub/hub.ts";

/** Somebody connected, of whom one says how much it has not read. */
class Peer implements Client {
  readonly events: HubEvent[] = [];
  queuedBytes = 0;
  traffic = { framesIn: 0, framesOut: 0, sizeIn: 0, sizeOut: 0 };
  constructor(readonly extensionId: string | undefined = undefined) {}
  allows(): boolean {
    return true;
  }
  deliver(event: HubEvent): void {
    this.events.push(event);
  }
  close(): void {}
  /** What it got of calls. */
  get received(): unknown[] {
    return this.events.filter(({ name }) => name.startsWith("extensionCall"))
      .map(({ name, data }) => [name, (data as { data: unknown }).data]);
  }
}

const FLOODED = 8 << 20;

/** A call under way from a page that has much to read. */
function underWay(timeoutMs: number) {
  const hub = new Hub({ maxQueuedEvents: 1, maxQueuedBytes: 1, maxQueuedMs: 1 });
  const calls = new CallBroker(hub, { maxPendingCalls: 10 });
  const [page, extension] = [new Peer(), new Peer("x")];
  hub.join(page);
  hub.join(extension);
  calls.provide(extension, ["work"]);
  page.queuedBytes = FLOODED;
  const request = { extensionId: "x", method: "work", data: null, timeoutMs, callId: "1" };
  const result = calls.call(request, { kind: "page" } as Caller, page);
  return { calls, page, extension, result };
}

Deno.test("CallBroker keeps the order of parts and progress, also for a slow reader", async () => {
  const { calls, page, extension, result } = underWay(60_000);
  const said = [
    calls.part(extension, "1", "first"),
    calls.part(extension, "1", "second"),
    calls.progress(extension, "1", "half"),
    calls.part(extension, "1", "third"),
    calls.progress(extension, "1", "whole"),
    calls.answer(extension, "1", { result: "end" }),
  ];
  page.queuedBytes = 0;
  assertEquals(await result, { success: true, returnValue: "end" });
  assertEquals(page.received, [
    ["extensionCallPart", "first"],
    ["extensionCallPart", "second"],
    ["extensionCallProgress", "half"],
    ["extensionCallPart", "third"],
    ["extensionCallProgress", "whole"],
  ]);
  assertEquals(await Promise.all(said), Array(6).fill(true));
  calls.close();
});

Deno.test("a call does not end at its deadline while its caller reads what came", async () => {
  const { calls, page, extension, result } = underWay(150);
  const part = calls.part(extension, "1", "large");
  const answer = calls.answer(extension, "1", { result: "end" });
  for (let step = 0; step < 10; step++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    page.queuedBytes -= 1000;
  }
  page.queuedBytes = 0;
  assertEquals(await result, { success: true, returnValue: "end" });
  assertEquals([await part, await answer], [true, true]);
  calls.close();
});

Deno.test("a call ends at its deadline when its caller reads nothing", async () => {
  const { calls, extension, result } = underWay(50);
  const part = calls.part(extension, "1", "large");
  const { error } = await result as { error: { code: string } };
  assertEquals(error.code, "OR_CA_TIMEOUT");
  assertEquals(await part, false);
  calls.close();
});
