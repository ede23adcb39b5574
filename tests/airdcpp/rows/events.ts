/** Rows of module `events`. */

import { assert, assertEquals } from "@std/assert";
import type { FullDoor } from "../host_parts.ts";
import type { Row, RowContext } from "../row.ts";

const log = ({ door }: RowContext) => (door as FullDoor).eventLog;
const add = (context: RowContext, text: string, severity: "info" | "error" | "notify" = "info") =>
  log(context).add(text, { severity, label: "test" });
const texts = (data: unknown) => (data as { text: string }[]).map(({ text }) => text);
const NONE = { verbose: 0, info: 0, warning: 0, error: 0 };

async function listen({ socket }: RowContext): Promise<void> {
  await socket.ask("POST events/listeners/event_message");
  await socket.ask("POST events/listeners/event_counts");
}

export const EVENTS_ROWS: Row[] = [
  {
    of: "E43",
    name: "with its events",
    as: ["events_edit", "events_view"],
    body: { text: "started", severity: "info" },
    prepare: listen,
    async check(_answer, { socket }) {
      const message = (await socket.event("event_message")).data as Record<string, unknown>;
      const { id, time, ...rest } = message;
      assert(Number.isInteger(id) && Math.abs(Date.now() / 1000 - (time as number)) < 60);
      assertEquals(rest, {
        text: "started",
        severity: "info",
        label: "somebody",
        is_read: false,
        highlights: [],
        type: "system",
      });
      const counts = (await socket.event("event_counts")).data;
      assertEquals(counts, { total: 1, unread: { ...NONE, info: 1 } });
    },
  },
  {
    of: "E43",
    name: "with severity notify, which is not kept",
    as: ["events_edit", "events_view"],
    body: { text: "hi", severity: "notify" },
    prepare: listen,
    async check(_answer, context) {
      await context.socket.event("event_message");
      assertEquals(log(context).newest(0), []);
    },
  },
  ...["verbose", "warning", "error"].map((severity): Row => ({
    of: "E43",
    name: `with severity ${severity}`,
    body: { text: "x", severity },
    check: (_answer, context) => assertEquals(log(context).newest(0)[0]!.severity, severity),
  })),
  { of: "E43", name: "of unknown severity", body: { text: "x", severity: "x" }, status: 400 },
  {
    of: "E43",
    name: "without text",
    body: { severity: "info" },
    status: 422,
    field: ["text", "missing_field"],
  },
  {
    of: "E43",
    name: "without severity",
    body: { text: "x" },
    status: 422,
    field: ["severity", "missing_field"],
  },
  {
    of: "E44",
    name: "of all",
    as: ["events_view"],
    prepare: (context) => ["a", "b", "c"].forEach((text) => add(context, text)),
    check: ({ data }) => assertEquals(texts(data), ["a", "b", "c"]),
  },
  {
    of: "E44",
    name: "of the newest",
    request: "GET events/2",
    prepare: (context) => ["a", "b", "c"].forEach((text) => add(context, text)),
    check: ({ data }) => assertEquals(texts(data), ["b", "c"]),
  },
  {
    of: "E44",
    name: "of no more than 100",
    prepare: (context) => {
      for (let i = 0; i < 130; i++) add(context, String(i));
    },
    check({ data }) {
      assertEquals([texts(data).length, texts(data)[0]], [100, "30"]);
    },
  },
  { of: "E44", name: "of something that is no number", request: "GET events/-1", status: 400 },
  {
    of: "E45",
    name: "of all, with the event",
    async prepare(context) {
      add(context, "a");
      await listen(context);
    },
    async check(_answer, context) {
      assertEquals(log(context).newest(0), []);
      const { data } = await context.socket.event("event_counts");
      assertEquals(data, { total: 0, unread: NONE });
    },
  },
  {
    of: "E46",
    name: "of all, with the event",
    as: ["events_view"],
    async prepare(context) {
      add(context, "a");
      await listen(context);
    },
    async check(_answer, context) {
      assert(log(context).newest(0)[0]!.is_read);
      const { data } = await context.socket.event("event_counts");
      assertEquals(data, { total: 1, unread: NONE });
    },
  },
  {
    of: "E47",
    name: "by severity",
    as: ["events_view"],
    prepare(context) {
      add(context, "a");
      add(context, "b", "error");
      add(context, "c", "notify");
    },
    check: ({ data }) => assertEquals(data, { total: 2, unread: { ...NONE, info: 1, error: 1 } }),
  },
];
