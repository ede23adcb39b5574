/** One reader that stopped reading costs a bounded amount of memory, and nobody else anything. */

import { assert, assertEquals } from "@std/assert";
import { within } from "../../lib/testing.ts";
import { query } from "../neutralino/wire.ts";
import { Program } from "../security/program.ts";
import { linux, needs } from "../tools.ts";
import { residentMemory, watchMemory } from "./process_memory.ts";
import { RawSocket } from "./raw_socket.ts";

const EVENTS = 640;
const EVENT_BYTES = 100_000;
const MOST_GROWTH = 120_000_000;

for (const id of [undefined, "slow"]) {
  Deno.test({
    name: `64 MB of events to ${id ?? "an app client"} that stopped reading`,
    ...needs(linux),
    async fn() {
      await using program = await Program.start({ extensions: [{ id: "slow" }, { id: "quick" }] });
      const { nlPort, nlToken } = program.info;
      await using sender = await program.connect();
      await using quick = await program.connect("quick");
      await using page = await program.connect();
      using slow = await RawSocket.open(nlPort, `/${query(nlToken, id)}`);
      const before = residentMemory(program.pid);
      const memory = watchMemory(program.pid);

      const payload = "x".repeat(EVENT_BYTES);
      const readers = [quick, page].map(async (client) => {
        for (let i = 0; i < EVENTS; i++) {
          const data = await client.event("load", { timeoutMs: 30_000 }) as { i: number };
          assertEquals(data.i, i);
        }
      });
      for (let i = 0; i < EVENTS; i++) {
        await sender.call("events.broadcast", { event: "load", data: { i, payload } });
        if (i % 40 === 0) assertEquals(await page.call("app.getProcessId"), program.pid);
      }
      await Promise.all(readers);
      const growth = memory.stop() - before;
      assert(growth < MOST_GROWTH, `the host grew by ${growth} bytes`);

      // It is out for everybody, while it still has not read a byte.
      await quick.event(id === undefined ? "appClientDisconnect" : "extClientDisconnect");
      await program.printed("reads too slowly");
      const code = await within(slow.drain(), 10_000, "end of the slow one");
      assert(code === 1013 || code === undefined, `closed with ${code}`);
      assertEquals(await page.call("app.getProcessId"), program.pid);
    },
  });
}
