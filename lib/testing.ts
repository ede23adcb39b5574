/**
 * What a `deno test` of an extension needs: a real host in the same process, and clients that speak
 * to it.
 *
 * @example
 * ```ts
 * import { startTestHost } from "./testing.ts";
 *
 * Deno.test("my extension answers ping", async () => {
 *   await using app = await startTestHost({
 *     config: { extensions: [{ id: "js.mine", command: "deno run -A my_extension.ts" }] },
 *   });
 *   await app.extensionConnected("js.mine");
 *   const page = await app.connectPage();
 *   await page.call("extensions.dispatch", { extensionId: "js.mine", event: "ping" });
 *   await page.event("pong", { timeoutMs: 2000 });
 * });
 * ```
 *
 * @module
 */

export { startTestHost, TestHost, type TestHostOptions } from "./testing/test_host.ts";
export {
  CallError,
  type Deadline,
  type ReceivedEvent,
  TestClient,
  within,
} from "./testing/test_client.ts";
