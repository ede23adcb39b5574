import { ProcessInput } from "../../../lib/mod.ts";
import { missing, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";

/** Somebody who has typed this, and then ends the input. */
function typed(text: string): ProcessInput {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ProcessInput((buffer) => {
    const piece = bytes.subarray(at, at + Math.min(buffer.length, 4));
    buffer.set(piece);
    at += piece.length;
    return Promise.resolve(piece.length === 0 ? null : piece.length);
  });
}

export const app: Table = {
  name: "app",
  options: { input: typed("first\n\nsecond\ngrüß\n\nrest") },
  rows: (app) => [
    ["app.getProcessId", undefined, { gives: Deno.pid }],
    ["app.getProcessId", { extra: 1 }, { gives: Deno.pid }],
    ["app.getConfig", {}, {
      satisfies: (
        config: { port: number; applicationId: string; modes: { cloud: { port: number } } },
      ) =>
        config.port === app.host.port && config.modes.cloud.port === app.host.port &&
        config.applicationId === "js.outrigger.test",
    }],
    ["app.broadcast", { event: "e" }, SUCCESS],
    ["app.broadcast", { event: "e", data: null }, SUCCESS],
    ["app.broadcast", {}, missing("event")],
    ["app.broadcast", "text", missing("event")],
    ["app.broadcast", { event: ["e"] }, WRONG_TYPE],
    ["app.exit", { code: "1" }, WRONG_TYPE],
    ["app.exit", { code: 1.5 }, WRONG_TYPE],
    ["app.writeProcessOutput", { data: "out" }, told("Wrote data to stdout")],
    ["app.writeProcessOutput", {}, missing("data")],
    ["app.writeProcessOutput", { data: 1 }, WRONG_TYPE],
    ["app.writeProcessError", { data: "err" }, told("Wrote data to stderr")],
    ["app.writeProcessError", { data: null }, missing("data")],
    ["app.readProcessInput", { readAll: "yes" }, WRONG_TYPE],
    ["app.readProcessInput", {}, { gives: "first" }],
    ["app.readProcessInput", { readAll: null }, { gives: "" }],
    ["app.readProcessInput", { readAll: true }, { gives: "second\ngrüß\n" }],
    ["app.readProcessInput", { readAll: false }, { gives: "rest" }],
    ["app.readProcessInput", {}, { gives: "" }],
  ],
};
