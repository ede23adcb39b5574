/**
 * `os.*`: processes, environment and places (contracts: Neutralino 6.10).
 *
 * @module
 */

import type { LocaleInfo } from "../config/locale.ts";
import type { UserDesktop } from "../desktop/user_desktop.ts";
import { HostError } from "../errors.ts";
import type { Hub } from "../hub/hub.ts";
import { environmentVariable, environmentVariables } from "../machine/environment.ts";
import type { Children } from "../process/children.ts";
import type { Executed } from "../process/execution.ts";
import type { ShellCall } from "../process/shell_start.ts";
import type { Watchdog } from "../process/watchdog.ts";
import { jsonOfObject, jsonOfPieces } from "../router/json_text.ts";
import { done, type Method, type MethodTable, returned, told } from "../router/method.ts";
import { Params, wrongType } from "../router/params.ts";
import { listUse } from "./file_calls.ts";

/** What `os.*` needs of its host. */
export interface OsHost {
  hub: Hub;
  children: Children;
  watchdog: Watchdog;
  desktop: UserDesktop;
  locale(): LocaleInfo;
}

/** Whose events `spawnedProcess` are: extensions without this method do not get them. */
const SPAWN = "os.spawnProcess";
const LIST = listUse("processes");
/** An output up to this size becomes JSON with its answer, in about a millisecond. */
const SMALL_OUTPUT = 1 << 20;

/** The table of `os.*`. */
export function osMethods(host: OsHost): MethodTable {
  return new Map<string, Method>([
    ...processMethods(host),
    ...environmentMethods(host),
    ...desktopMethods(host),
  ]);
}

function processMethods({ hub, children, watchdog }: OsHost): Map<string, Method> {
  return new Map<string, Method>([
    ["os.execCommand", {
      required: ["command"],
      async run(params) {
        const call = shellCall(params);
        const stdIn = params.string("stdIn");
        if (params.bool("background", false)) {
          const pid = await children.inTurn(async () => {
            const { executeAside } = await import("../process/execution.ts");
            return executeAside(call, stdIn);
          });
          return returned({ pid, exitCode: -1, stdOut: "", stdErr: "" });
        }
        const execution = await children.inTurn(async () => {
          const { Execution } = await import("../process/execution.ts");
          return new Execution(call, { children, watchdog, stdIn });
        });
        return returned(await jsonOfOutput(await execution.result));
      },
    }],
    [SPAWN, {
      required: ["command"],
      lane: () => LIST.changes,
      async run(params) {
        const call = shellCall(params);
        const { id, pid } = await children.inTurn(async () => {
          const { SpawnedProcess } = await import("../process/spawned_process.ts");
          return new SpawnedProcess(call, {
            children,
            watchdog,
            publish: (event) => hub.publish("spawnedProcess", event, SPAWN),
            caughtUp: () => hub.caughtUp(SPAWN),
          });
        });
        return returned({ id, pid });
      },
    }],
    ["os.updateSpawnedProcess", {
      required: ["id", "event"],
      async run(params) {
        const id = params.int("id", 0);
        const event = params.string("event");
        const data = params.string("data");
        const process = children.get(id);
        let fine = process !== undefined;
        if (event === "stdIn") fine = await process?.write(data) ?? false;
        else if (event === "stdInEnd") process?.endInput();
        else if (event === "exit") process?.interrupt();
        else fine = false;
        if (!fine) throw new HostError("NE_OS_UNLTOUP", String(id));
        return done();
      },
    }],
    ["os.getSpawnedProcesses", {
      lane: () => LIST.tells,
      run: (_params, { grant }) =>
        returned(
          children.running.filter(({ id }) => grant.mayHearOf({ method: "os.spawnProcess", id })),
        ),
    }],
  ]);
}

function environmentMethods({ children, locale, desktop }: OsHost): Map<string, Method> {
  let changing: Promise<void> | undefined;

  /** Sets a variable in turn: a process that was asked for before gets the environment of before. */
  async function setVariable(key: string, value: string): Promise<void> {
    const change = changing = children.inTurn(() => Deno.env.set(key, value));
    try {
      await change;
    } finally {
      if (changing === change) changing = undefined;
    }
  }

  function changed<T>(read: () => T): T | Promise<T> {
    return changing === undefined ? read() : changing.then(read, read);
  }

  return new Map<string, Method>([
    ["os.getEnv", {
      required: ["key"],
      run(params) {
        const key = params.string("key");
        return changed(() => returned(isVariableName(key) ? environmentVariable(key) ?? "" : ""));
      },
    }],
    ["os.setEnv", {
      required: ["key", "value"],
      async run(params) {
        const key = params.string("key");
        const value = params.string("value");
        if (!isVariableName(key) || value.includes("\0")) throw new HostError("NE_OS_UNLTOUV");
        await setVariable(key, value);
        return done();
      },
    }],
    ["os.getEnvs", { run: () => changed(() => returned(environmentVariables())) }],
    ["os.getLocaleInfo", { run: () => returned(locale()) }],
    ["os.getPath", {
      required: ["name"],
      async run(params) {
        const name = params.string("name");
        const { userFolder } = await import("../config/user_folder.ts");
        const path = await userFolder(name);
        if (path === undefined) throw new HostError("NE_OS_INVKNPT", name);
        return returned(path);
      },
    }],
    ["os.trashItem", {
      required: ["path"],
      lane: (params) => ({ writes: [params.string("path")] }),
      async run(params) {
        const path = params.string("path");
        try {
          await desktop.trash(path);
        } catch {
          throw new HostError("NE_OS_UNLTRAS", path);
        }
        return told(`${path} was moved to trash`);
      },
    }],
  ]);
}

/** Without a desktop's helper programs dialogs answer at once, as if the user had closed them. */
function desktopMethods({ desktop }: OsHost): Map<string, Method> {
  return new Map<string, Method>([
    ["os.open", {
      required: ["url"],
      run(params) {
        desktop.open(params.string("url"));
        return done();
      },
    }],
    ["os.showOpenDialog", {
      run(params) {
        checkTypes(params, { string: ["title", "defaultPath"], bool: ["multiSelections"] });
        checkFilters(params);
        return returned([]);
      },
    }],
    ["os.showFolderDialog", {
      run(params) {
        checkTypes(params, { string: ["title", "defaultPath"] });
        return returned("");
      },
    }],
    ["os.showSaveDialog", {
      run(params) {
        checkTypes(params, { string: ["title", "defaultPath"], bool: ["forceOverwrite"] });
        checkFilters(params);
        return returned("");
      },
    }],
    ["os.showNotification", {
      required: ["title", "content"],
      run(params) {
        checkTypes(params, { string: ["title", "content"] });
        const icon = params.string("icon", "INFO");
        if (!ICONS.has(icon)) throw new HostError("NE_OS_INVNOTA", icon);
        return done();
      },
    }],
    ["os.showMessageBox", {
      required: ["title", "content"],
      run(params) {
        checkTypes(params, { string: ["title", "content"] });
        const choice = params.string("choice", "OK");
        const icon = params.string("icon", "INFO");
        if (!CHOICES.has(choice) || !ICONS.has(icon)) {
          throw new HostError("NE_OS_INVMSGA", `${choice}/${icon}`);
        }
        return returned("OK");
      },
    }],
    ["os.setTray", {
      run(params) {
        checkTypes(params, { string: ["icon"], bool: ["useTemplateIcon"] });
        checkMenuItems(params);
        throw new HostError("NE_OS_TRAYIER");
      },
    }],
  ]);
}

const ICONS = new Set(["INFO", "WARNING", "ERROR", "QUESTION"]);
const CHOICES = new Set([
  "OK",
  "OK_CANCEL",
  "YES_NO",
  "YES_NO_CANCEL",
  "RETRY_CANCEL",
  "ABORT_RETRY_IGNORE",
]);

function shellCall(params: Params): ShellCall {
  const command = params.string("command");
  const cwd = params.string("cwd");
  const envs = params.value("envs") ?? {};
  if (typeof envs !== "object" || Array.isArray(envs)) throw wrongType();
  if (!Object.values(envs).every((value) => typeof value === "string")) throw wrongType();
  return { command, cwd, envs: envs as Record<string, string> };
}

async function jsonOfOutput({ stdOut, stdErr, ...others }: Executed): Promise<unknown> {
  const length = [...stdOut, ...stdErr].reduce((sum, piece) => sum + piece.length, 0);
  if (length <= SMALL_OUTPUT) {
    return { ...others, stdOut: stdOut.join(""), stdErr: stdErr.join("") };
  }
  return jsonOfObject({
    ...others,
    stdOut: await jsonOfPieces(stdOut),
    stdErr: await jsonOfPieces(stdErr),
  });
}

/** What no system takes as the name of an environment variable there cannot be. */
function isVariableName(key: string): boolean {
  return key !== "" && !key.includes("=") && !key.includes("\0");
}

function checkTypes(params: Params, names: { string: string[]; bool?: string[] }): void {
  for (const name of names.string) params.string(name);
  for (const name of names.bool ?? []) params.bool(name, false);
}

/** `[{name, extensions: ["png", ...]}]` */
function checkFilters(params: Params): void {
  for (const filter of objects(params, "filters")) {
    filter.string("name");
    const extensions = filter.value("extensions");
    const complete = filter.has("name") && Array.isArray(extensions) &&
      extensions.every((extension) => typeof extension === "string");
    if (!complete) throw wrongType();
  }
}

/** `[{id?, text, isDisabled?, isChecked?}]` */
function checkMenuItems(params: Params): void {
  for (const item of objects(params, "menuItems")) {
    checkTypes(item, { string: ["id", "text"], bool: ["isDisabled", "isChecked"] });
    if (!item.has("text")) throw wrongType();
  }
}

function objects(params: Params, name: string): Params[] {
  const items = params.value(name) ?? [];
  if (!Array.isArray(items)) throw wrongType();
  return items.map((item) => new Params(item));
}
