/** Row 11: a server that `net.request` asks ends and delays nothing here, whatever it answers. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { OddServer } from "../net/odd_server.ts";

const GAP = " ".repeat(200_000);
const ANSWERS: Record<string, string> = {
  "/length": `HTTP/1.1 200 OK\r\nContent-Length: 1${GAP}1\r\n\r\nx`,
  "/coding":
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: identity${GAP}chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n`,
  "/chunk": `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1${GAP}x\r\nx\r\n0\r\n\r\n`,
  "/status": `HTTP/1.1 200${GAP}\r\nX:${GAP}\r\nContent-Length: 0\r\n\r\n`,
  "/header": `HTTP/1.1 200 OK\r\n${GAP}: x\r\n\r\n`,
  "/location": `HTTP/1.1 302 Found\r\nLocation: http://${"@".repeat(200_000)}\r\n\r\n`,
};

for (const path of Object.keys(ANSWERS)) {
  Deno.test(`the answer at ${path} delays nobody`, async () => {
    using server = new OddServer(ANSWERS);
    await using app = await startTestHost();
    const [asking, other] = await Promise.all([app.connectPage(), app.connectBackend()]);
    const began = performance.now();
    const url = `http://127.0.0.1:${server.port}${path}`;
    await asking.call("net.request", { url, allowRedirects: true }).catch(() => {});
    assertEquals(typeof await other.call("app.getConfig"), "object");
    assert(performance.now() - began < 3000, `${performance.now() - began} ms`);
  });
}
