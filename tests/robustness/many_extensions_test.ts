/** 200 extensions started at once all connect, and a page is answered meanwhile. */

import { assert, assertEquals } from "@std/assert";
import { startTestHost } from "../../lib/testing.ts";
import { needs, posix, type Tool } from "../tools.ts";

const COUNT = 200;

/** An extension that costs ten milliseconds: no library, no event loop. */
const CLIENT = `
import sys, socket
given = dict(arg[2:].split("=", 1) for arg in sys.argv[1:])
port, token, me = given["nl-port"], given["nl-token"], given["nl-extension-id"]
s = socket.create_connection(("127.0.0.1", int(port)))
s.sendall(("GET /?extensionId=%s&connectToken=%s HTTP/1.1\\r\\nHost: localhost:%s\\r\\n"
           "Upgrade: websocket\\r\\nConnection: Upgrade\\r\\nSec-WebSocket-Version: 13\\r\\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n\\r\\n"
           % (me, token.split(".")[1], port)).encode())
tail = b""
while b"the host ends" not in tail:
    data = s.recv(65536)
    if not data:
        break
    tail = tail[-20:] + data
`;

function findPython(): Tool {
  for (const path of ["/usr/bin/python3", "python3"]) {
    try {
      const args = ["-S", "-c", "import socket"];
      const { success } = new Deno.Command(path, { args, stderr: "null" }).outputSync();
      if (success) return { path };
    } catch {
      // The next one.
    }
  }
  return { missing: "python3 is not on PATH (install Python 3)" };
}

const python = findPython();

Deno.test({
  name: `${COUNT} extensions started at once all connect, and a page is answered meanwhile`,
  ...needs(python, posix),
  async fn() {
    const path = "path" in python ? python.path : "";
    const extensions = Array.from({ length: COUNT }, (_, i) => ({
      id: `e${i}`,
      handshake: "arguments",
      command: `exec ${path} -S \${NL_PATH}/client.py`,
    }));
    await using app = await startTestHost({
      config: { extensions },
      files: { "client.py": CLIENT },
    });
    await using page = await app.connectPage();
    let answered = 0;
    await app.eventually(async () => {
      assertEquals(await page.call("app.getProcessId", undefined, { timeoutMs: 10_000 }), Deno.pid);
      answered++;
      return app.host.extensions.connected.length === COUNT;
    }, { timeoutMs: 60_000, what: `connection of ${COUNT} extensions` });
    assert(answered > 1);
    const stats = await page.call("extensions.getStats") as Record<string, string[]>;
    assertEquals(stats.loaded!.length, COUNT);
    assertEquals(stats.connected!.length, COUNT);
    assert(!app.output.includes("before it connected"), app.output);
  },
});
