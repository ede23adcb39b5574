/** 200 extensions started at once all connect, and a page is answered meanwhile. */

import { assert, assertEquals } from "@std/assert";
import { within } from "../../lib/testing.ts";
import { until } from "../process/real_processes.ts";
import { Program } from "../security/program.ts";
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
    await using program = await Program.start({ extensions }, {
      prepare: (folder) => Deno.writeTextFile(`${folder}/client.py`, CLIENT),
    });
    // Its auth info is there before its extensions are.
    await using page = await program.connect();
    const stats = async () => {
      const answer = await page.call("extensions.getStats", undefined, { timeoutMs: 10_000 });
      return answer as { loaded: string[]; connected: string[] };
    };
    const seen = new Set<number>();
    await until(
      async () => {
        const { loaded, connected } = await stats();
        assertEquals(loaded.length, COUNT);
        seen.add(connected.length);
        return connected.length === COUNT;
      },
      `connection of ${COUNT} extensions`,
      60_000,
    );
    assert(seen.size > 5, `answers came at ${[...seen].join()} connected extensions only`);
    assert(!program.output.includes("before it connected"), program.output);
    program.kill("SIGTERM");
    assertEquals((await within(program.status, 20_000, "end of the host")).code, 143);
  },
});
