/**
 * What a `deno test` of an extension needs: a real host in the same process, and clients that speak
 * to it.
 *
 * @example
 * ```ts
 * import { startTestHost } from "./testing.ts";
 *
 * // Usually a file of its own, in any language.
 * const EXTENSION = `
 *   const { nlPort, nlToken, nlConnectToken } = await new Response(Deno.stdin.readable).json();
 *   const query = "extensionId=js.mine&connectToken=" + nlConnectToken;
 *   const socket = new WebSocket("ws://localhost:" + nlPort + "?" + query);
 *   socket.onmessage = (message) => {
 *     if (JSON.parse(message.data).event !== "ping") return;
 *     const data = { event: "pong" };
 *     const id = crypto.randomUUID();
 *     socket.send(JSON.stringify({ id, method: "app.broadcast", accessToken: nlToken, data }));
 *   };
 *   socket.onclose = () => Deno.exit();
 * `;
 *
 * Deno.test("my extension answers ping", async () => {
 *   const command = `${Deno.execPath()} run --allow-net \${NL_PATH}/mine.ts`;
 *   await using app = await startTestHost({
 *     config: { extensions: [{ id: "js.mine", command }] },
 *     files: { "mine.ts": EXTENSION },
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
