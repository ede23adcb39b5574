import { packageJson } from "../../airdcpp/packages_host.ts";
import { missing, SUCCESS, type Table, WRONG_TYPE } from "../conformance.ts";

export const extensions: Table = {
  name: "extensions",
  options: {
    config: { extensions: [{ id: "z.ext" }, { id: "a.ext" }], packages: { enabled: true } },
    files: {
      "packages/airdcpp-p/package/package.json": packageJson("airdcpp-p"),
      "packages/airdcpp-p/settings/DISABLED": "",
    },
  },
  rows: () => [
    ["extensions.broadcast", { event: "e" }, SUCCESS],
    ["extensions.broadcast", null, missing("event")],
    ["extensions.broadcast", { event: {} }, WRONG_TYPE],
    ["extensions.getStats", {}, {
      gives: { loaded: ["z.ext", "a.ext", "airdcpp-p"], connected: [] },
    }],
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
    ["extensions.start", { extensionId: "nö" }, {
      fails: "OR_EX_UNKNOWN",
      message: "No extension of this id is loaded: nö",
    }],
    ["extensions.start", { extensionId: "z.ext" }, { fails: "OR_EX_NOCOMMD" }],
    ["extensions.restart", { extensionId: "none" }, { fails: "OR_EX_UNKNOWN" }],
    ["extensions.restart", { extensionId: "z.ext" }, { fails: "OR_EX_NOCOMMD" }],
    ["extensions.stop", { extensionId: "none" }, { fails: "OR_EX_UNKNOWN" }],
    ["extensions.stop", { extensionId: "z.ext" }, SUCCESS],
    ["extensions.load", { id: "z.ext" }, { fails: "OR_EX_LOADED" }],
    ["extensions.load", { id: "nö" }, { fails: "OR_EX_BADDEF" }],
    ["extensions.load", { id: "new" }, SUCCESS],
    ["extensions.load", { id: "newer", dependsOn: ["new"] }, SUCCESS],
    ["extensions.unload", { extensionId: "new" }, {
      fails: "OR_EX_NEEDED",
      message: "Other extensions depend on it: newer",
    }],
    ["extensions.unload", { extensionId: "airdcpp-p" }, {
      fails: "OR_EX_PACKAGE",
      message: "The extension is a package, which is removed as such: airdcpp-p",
    }],
    ["extensions.unload", { extensionId: "newer" }, SUCCESS],
    ["extensions.unload", { extensionId: "newer" }, { fails: "OR_EX_UNKNOWN" }],
    ["extensions.getInfo", { extensionId: "newer" }, { fails: "OR_EX_UNKNOWN" }],
    ["extensions.getInfo", { extensionId: "z.ext" }, {
      gives: {
        id: "z.ext",
        state: "stopped",
        reason: "it has not been started yet",
        connected: false,
        pid: null,
        uptimeMs: null,
        restarts: 0,
        lastExit: null,
        queuedEvents: 1,
        queuedBytes: 0,
        traffic: null,
        methods: [],
        calls: { pending: 0, answered: 0, failed: 0, timedOut: 0, cancelled: 0, late: 0 },
        memoryBytes: null,
      },
    }],
    ["extensions.cancel", { callId: "none" }, { gives: false }],
    ["extensions.answer", { callId: "none" }, { gives: false }],
    ["extensions.answerPart", { callId: "none" }, { gives: false }],
    ["extensions.answerProgress", { callId: "none", data: {} }, { gives: false }],
  ],
};
