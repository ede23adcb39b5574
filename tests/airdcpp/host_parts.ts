/**
 * What modules need of a host, as small as it can be.
 *
 * @module
 */

import { EventLog } from "../../lib/airdcpp/event_log.ts";
import { foreignModules } from "../../lib/airdcpp/modules/foreign.ts";
import type { ServerSettings } from "../../lib/airdcpp/modules/settings.ts";
import { registerStandardModules } from "../../lib/airdcpp/standard_modules.ts";
import { Grant } from "../../lib/auth/grant.ts";
import { HostError } from "../../lib/errors.ts";
import { Hub } from "../../lib/hub/hub.ts";
import { FieldError } from "../../lib/packages/field_error.ts";
import { jsonOfText } from "../../lib/router/json_text.ts";
import { type Method, returned } from "../../lib/router/method.ts";
import { Router } from "../../lib/router/router.ts";
import { LIMITS } from "./limits.ts";
import { RunningDoor, type RunningDoorOptions, startDoor } from "./running_door.ts";

/** Settings in memory: `a` and `b` are numbers, `extension_engines` is for `admin`. */
export class MemorySettings implements ServerSettings {
  readonly values = new Map<string, unknown>();
  readonly #defaults = new Map<string, unknown>([
    ["a", 1],
    ["b", 2],
    ["ping_timeout", 10],
    ["extension_engines", []],
  ]);

  get(keys: readonly string[], mode = "current"): Record<string, unknown> {
    if (mode === "force_auto") return this.defaults(keys);
    return this.#each(keys, (key) => this.values.get(key) ?? this.#defaults.get(key));
  }
  defaults(keys: readonly string[]): Record<string, unknown> {
    return this.#each(keys, (key) => this.#defaults.get(key));
  }
  definitions(keys: readonly string[]): unknown[] {
    return Object.keys(this.defaults(keys)).map((key) => ({ key, type: "number" }));
  }
  set(values: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#change(values, this.values);
  }
  setDefaults(values: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#change(values, this.#defaults);
  }
  reset(keys: readonly string[]): Promise<void> {
    for (const key of Object.keys(this.defaults(keys))) this.values.delete(key);
    return Promise.resolve();
  }
  needsAdmin(key: string): boolean {
    return key === "extension_engines";
  }

  async #change(values: Readonly<Record<string, unknown>>, map: Map<string, unknown>) {
    await Promise.resolve();
    this.defaults(Object.keys(values));
    for (const [key, value] of Object.entries(values)) {
      if (typeof value !== "number") {
        throw new FieldError(key, { code: "invalid", message: "no number" });
      }
    }
    for (const [key, value] of Object.entries(values)) map.set(key, value);
  }
  #each(keys: readonly string[], read: (key: string) => unknown): Record<string, unknown> {
    for (const key of keys) {
      if (!this.#defaults.has(key)) {
        throw new FieldError(key, { code: "invalid", message: "no such key" });
      }
    }
    return Object.fromEntries(keys.map((key) => [key, read(key)]));
  }
}

/** A door with all of its own modules. */
export class FullDoor extends RunningDoor {
  declare hub: Hub;
  declare eventLog: EventLog;
  declare settings: MemorySettings;
  /** What has been asked of the host: `restart`, `shutdown`. */
  declare asked: string[];
  declare reports: string[];
}

/** Starts a door with all of its own modules. */
export async function startFullDoor(
  options: RunningDoorOptions & { compat?: boolean } = {},
): Promise<FullDoor> {
  const hub = new Hub(LIMITS);
  const eventLog = new EventLog();
  const settings = new MemorySettings();
  const asked: string[] = [];
  const reports: string[] = [];
  let stop = () => {};
  const grant = new Grant([{ nativeBlockList: ["custom.forbidden"] }]);
  const { compat = false, ...others } = options;
  const running = await startDoor({
    ...others,
    foreign: foreignModules({
      extensionOf: ({ user }) => ({ name: user.username, mode: compat ? "compat" : "strict" }),
      report: (line) => reports.push(line),
    }),
    setUp(parts) {
      const { door, sessions, log } = parts;
      const system = registerStandardModules(door, {
        hub,
        log,
        sessions,
        eventLog,
        settings,
        delayMs: 0,
        router: new Router({ enabled: true, tables: [METHODS], log }),
        systemInfo: () => ({} as never),
        restartWeb: () => void asked.push("restart"),
        shutdown: () => void asked.push("shutdown"),
        callerOf: (session) => ({
          kind: "extension",
          extensionId: session.user.username,
          grant,
        }),
        menuTimeoutSeconds: () => 0.3,
      });
      stop = () => system.stop();
      return options.setUp?.(parts);
    },
  });
  const original = running[Symbol.asyncDispose].bind(running);
  return Object.assign(running as FullDoor, {
    hub,
    eventLog,
    settings,
    asked,
    reports,
    async [Symbol.asyncDispose]() {
      stop();
      await original();
    },
  });
}

const METHODS = new Map<string, Method>([
  ["custom.repeat", { required: ["text"], run: (params) => returned(params.string("text")) }],
  [
    "custom.large",
    { run: async () => returned(await jsonOfText("x".repeat(1_200_000))) },
  ],
  ["custom.forbidden", { run: () => returned(1) }],
  [
    "custom.fails",
    {
      run() {
        throw new HostError("OR_CA_TIMEOUT", "js.x");
      },
    },
  ],
  ["custom.breaks", { run: () => Promise.reject(new Error("/secret/path")) }],
]);
