import { SUCCESS, type Table } from "../conformance.ts";

export const hooks: Table = {
  name: "hooks",
  rows: () => [
    ["hooks.add", { hook: "clöse" }, SUCCESS],
    ["hooks.add", { hook: "clöse" }, SUCCESS],
    // Nobody else is registered.
    ["hooks.run", { hook: "clöse", data: 1, default: false }, {
      gives: { allow: true, answers: [] },
    }],
    ["hooks.run", { hook: "clöse", timeoutMs: 0 }, { fails: "NE_RT_NATRTER" }],
    ["hooks.remove", { hook: "clöse" }, { gives: true }],
    ["hooks.answer", { runId: "1", allow: true, reason: "ü" }, { gives: false }],
  ],
};
