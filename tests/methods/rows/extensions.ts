import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

export const extensions: Table = {
  name: "extensions",
  options: { config: { extensions: [{ id: "z.ext" }, { id: "a.ext" }] } },
  rows: () => [
    ["extensions.broadcast", { event: "e" }, SUCCESS],
    ["extensions.broadcast", null, missing("event")],
    ["extensions.broadcast", { event: {} }, WRONG_TYPE],
    ["extensions.getStats", {}, { gives: { loaded: ["z.ext", "a.ext"], connected: [] } }],
    ["extensions.dispatch", { extensionId: "z.ext" }, missing("event")],
    ["extensions.dispatch", {}, missing("extensionId")],
    ["extensions.dispatch", { extensionId: 1, event: "e" }, WRONG_TYPE],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e" }, {
      fails: "NE_EX_EXTNOTC",
      message: "z.ext is not connected yet",
    }],
    ["extensions.dispatch", { extensionId: "$&", event: "e" }, {
      fails: "NE_EX_EXTNOTC",
      message: "$& is not connected yet",
    }],
    ["extensions.dispatch", { extensionId: "no", event: "e", queue: true }, {
      fails: "NE_EX_EXTNOTC",
    }],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e", queue: "yes" }, WRONG_TYPE],
    ["extensions.dispatch", { extensionId: "z.ext", event: "e", queue: true }, SUCCESS],
    ["extensions.provide", { methods: ["a"] }, WRONG_TYPE],
    ["extensions.call", { extensionId: "z.ext", method: "ü" }, {
      fails: "NE_EX_EXTNOTC",
      message: "z.ext is not connected yet",
    }],
    ["extensions.cancel", { callId: "none" }, { gives: false }],
    ["extensions.answer", { callId: "none" }, { gives: false }],
    ["extensions.answerPart", { callId: "none" }, { gives: false }],
    ["extensions.answerProgress", { callId: "none", data: {} }, { gives: false }],
  ],
};
