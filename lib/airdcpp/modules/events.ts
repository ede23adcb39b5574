/**
 * Module `events`: the event log (contracts: AirDC++ 12.6, E43 to E49).
 *
 * @module
 */

import { ApiError } from "../api_error.ts";
import { type EventLog, isSeverity } from "../event_log.ts";
import { Fields } from "../fields.ts";
import type { ApiModule } from "../route.ts";

/** What the module is made of. */
export interface EventsModuleOptions {
  eventLog: EventLog;
  /** Where its events go. */
  publish(module: string, event: string, data: unknown): void;
}

/** Makes the module. */
export function eventsModule({ eventLog, publish }: EventsModuleOptions): ApiModule {
  eventLog.observe({
    message: (message) => publish("events", "event_message", message),
    counts: (counts) => publish("events", "event_counts", counts),
  });
  return {
    name: "events",
    events: {
      permission: "events_view",
      names: new Map([["event_message", "module"], ["event_counts", "module"]]),
    },
    routes: [
      {
        method: "POST",
        path: "events",
        permission: "events_edit",
        run({ body, session }) {
          const fields = new Fields(body);
          const text = fields.text("text");
          const severity = fields.value("severity");
          if (!isSeverity(severity)) throw new ApiError(400, "The severity is unknown");
          eventLog.add(text, { severity, label: session.user.username });
        },
      },
      {
        method: "GET",
        path: "events/{max:\\d+}",
        permission: "events_view",
        run: ({ params }) => eventLog.newest(Number(params.get("max"))),
      },
      {
        method: "DELETE",
        path: "events",
        permission: "events_edit",
        run: () => eventLog.clear(),
      },
      {
        method: "POST",
        path: "events/read",
        permission: "events_view",
        run: () => eventLog.read(),
      },
      {
        method: "GET",
        path: "events/counts",
        permission: "events_view",
        run: () => eventLog.counts,
      },
    ],
  };
}
