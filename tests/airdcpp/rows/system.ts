/** Rows of module `system`. */

import { assertEquals } from "@std/assert";
import type { FullDoor } from "../host_parts.ts";
import type { Row, RowContext } from "../row.ts";

async function eventually({ door }: RowContext, what: string): Promise<void> {
  const { asked } = door as FullDoor;
  const end = performance.now() + 5000;
  while (asked.length === 0 && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assertEquals(asked, [what]);
}

export const SYSTEM_ROWS: Row[] = [
  { of: "E35", name: "of anybody", as: [] },
  {
    of: "E36",
    name: "without those of extensions",
    as: [],
    prepare({ door }) {
      door.parts.sessions.issueExtension("airdcpp-x", { allows: () => false, list: [] } as never);
    },
    check: ({ data }) => assertEquals(data, { server_threads: 1, active_sessions: 1 }),
  },
  { of: "E37", name: "at first", as: [], check: ({ data }) => assertEquals(data, { id: "off" }) },
  {
    of: "E37",
    name: "afterwards",
    async prepare({ socket }) {
      await socket.ask("POST system/away", { away: true });
    },
    check: ({ data }) => assertEquals(data, { id: "manual" }),
  },
  {
    of: "E38",
    name: "to away, with its event",
    as: [],
    body: { away: true },
    async prepare({ socket }) {
      await socket.ask("POST system/listeners/away_state");
    },
    async check({ data }, { socket }) {
      assertEquals(data, { id: "manual" });
      assertEquals((await socket.event("away_state")).data, { id: "manual" });
    },
  },
  { of: "E38", name: "without state", status: 422, field: ["away", "missing_field"] },
  {
    of: "E38",
    name: "with a text",
    body: { away: "yes" },
    status: 422,
    field: ["away", "invalid"],
  },
  { of: "E39", name: "by admin", check: (_answer, context) => eventually(context, "restart") },
  { of: "E40", name: "by admin", check: (_answer, context) => eventually(context, "shutdown") },
];
