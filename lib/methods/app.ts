/**
 * `app.*`: the host as a process, and events to pages (contracts: Neutralino 6.1).
 *
 * @module
 */

import type { Hub } from "../hub/hub.ts";
import { done, type Method, type MethodTable, returned, told } from "../router/method.ts";
import { wrongType } from "../router/params.ts";
import type { ProcessInput } from "./process_input.ts";

/** What `app.*` needs of its host. */
export interface AppHost {
  hub: Hub;
  /** Ends the host in good order. */
  exit(code: number): void;
  /** The effective configuration with the real port. */
  config(): Record<string, unknown>;
  input: ProcessInput;
  /** Writes to the process's standard output or error, unchanged. */
  print(text: string, stream: "stdout" | "stderr"): Promise<void>;
}

/** Exit codes of a process that ends itself by force (section 1.9). */
const KILLED = Deno.build.os === "windows" ? 137 : 130;

/** The table of `app.*`. */
export function appMethods(host: AppHost): MethodTable {
  return new Map<string, Method>([
    ["app.exit", {
      run(params) {
        const code = params.value("code") ?? 0;
        if (!Number.isInteger(code)) throw wrongType();
        host.exit(code as number);
        return null;
      },
    }],
    ["app.killProcess", {
      run() {
        host.exit(KILLED);
        return null;
      },
    }],
    ["app.getProcessId", { run: () => returned(Deno.pid) }],
    ["app.getConfig", { run: () => returned(host.config()) }],
    ["app.broadcast", {
      required: ["event"],
      relays: true,
      run(params) {
        host.hub.broadcast(params.string("event"), params.json("data"), "apps");
        return done();
      },
    }],
    ["app.readProcessInput", {
      async run(params) {
        const all = params.bool("readAll", false);
        return returned(await (all ? host.input.readBlock() : host.input.readLine()));
      },
    }],
    ["app.writeProcessOutput", {
      required: ["data"],
      lane: "process output",
      async run(params) {
        await host.print(params.string("data"), "stdout");
        return told("Wrote data to stdout");
      },
    }],
    ["app.writeProcessError", {
      required: ["data"],
      lane: "process output",
      async run(params) {
        await host.print(params.string("data"), "stderr");
        return told("Wrote data to stderr");
      },
    }],
  ]);
}
