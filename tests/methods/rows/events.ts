import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

export const events: Table = {
  name: "events",
  rows: () => [
    ["events.broadcast", { event: "e", data: [1] }, SUCCESS],
    ["events.broadcast", { data: 1 }, missing("event")],
    ["events.broadcast", { event: 1 }, WRONG_TYPE],
  ],
};
