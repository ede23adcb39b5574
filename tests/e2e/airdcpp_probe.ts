/**
 * An extension written with the unmodified libraries of AirDC++, and the host that it runs in.
 *
 * @module
 */

import { join } from "@std/path";
import { type Answer, http } from "../airdcpp/api_client.ts";
import { packageJson } from "../airdcpp/packages_host.ts";
import { fetchPackages, pathOf, type Tool } from "../tools.ts";
import { type Program, startProgram } from "./program.ts";

/** Name of the package. */
export const PROBE = "airdcpp-probe";

/** Which libraries, and how a program of theirs is written. */
export interface Libraries {
  name: string;
  modules: Tool;
  /** File of the script; its suffix says how it is loaded. */
  main: string;
  imports: string;
}

/** Both generations of the libraries. */
export const LIBRARIES: readonly Libraries[] = [
  {
    name: "airdcpp-extension 1.5.1",
    modules: await fetchPackages("e2e/packages/airdcpp_stable"),
    main: "main.cjs",
    imports: `
      const { ManagedExtension, RemoteExtension } = require("airdcpp-extension");
      const SettingsManager = require("airdcpp-extension-settings");`,
  },
  {
    name: "airdcpp-extension 2.0.0-beta.2",
    modules: await fetchPackages("e2e/packages/airdcpp_beta"),
    main: "main.mjs",
    imports: `
      import { ManagedExtension, RemoteExtension } from "airdcpp-extension";
      import settingsModule from "airdcpp-extension-settings";
      const SettingsManager = settingsModule.default ?? settingsModule;`,
  },
];

/** What it does beside the usual is told by `MODE`. */
const ENTRY = `
const mode = process.env.MODE ?? "";
const say = (...words) => console.log(["probe:", ...words].join(" "));
const entry = (socket, extension) => {
  const settings = SettingsManager(socket, {
    extensionName: extension.name,
    configFile: extension.configPath + "config.json",
    configVersion: 1,
    definitions: [
      { key: "greeting", title: "Greeting", type: "string", default_value: "hello" },
      { key: "interval", title: "Interval", type: "number", default_value: 60, min: 1 },
    ],
  });
  extension.onStart = async (session) => {
    await settings.load();
    settings.onValuesUpdated = (values) => say("updated", JSON.stringify(values));
    say("greeting", settings.getValue("greeting"));
    await socket.addListener("extensions", "extension_added", () => {});
    await socket.addListener("extensions", "extension_updated", (data) => say("own", JSON.stringify(data)), extension.name);
    await socket.addListener("menus", "extension_menuitem_selected", ({ menuitem_id }) => say("selected", menuitem_id));
    await socket.addHook("menus", "extension_list_menuitems", ({ selected_ids }, accept, reject) => {
      if (selected_ids.includes("airdcpp-refused")) reject("nope", "because");
      else accept({ menuitems: [{ id: "say", title: "Say" }] });
    }, { id: extension.name, name: "Menu" });
    await socket.post("events", { text: "started", severity: "info" });
    say("started", session.system_info.api_feature_level, process.pid);
    if (mode === "logout") await socket.logout();
    if (mode === "again") process.exit(124);
    if (mode === "refused") await socket.addListener("hubs", "hub_message", () => {});
    if (mode === "never") await new Promise(() => {});
  };
  extension.onStop = () => say("stopped");
};
`;

/** A program that runs as a package. */
export function managedScript({ imports }: Libraries): string {
  return `${imports}\n${ENTRY}\nManagedExtension(entry);\n`;
}

/** A program of its own that registers itself. */
export function remoteScript({ imports }: Libraries): string {
  return `${imports}\n${ENTRY}
const [url, dataPath] = process.argv.slice(2);
RemoteExtension(entry, { url, username: "admin", password: "admin-password", reconnectInterval: 1 }, {
  packageInfo: {
    name: "airdcpp-remote", version: "1.0.0", description: "d", author: "me", main: "x.js",
    airdcpp: { apiVersion: 1 }, scripts: { test: "x" }, dependencies: { x: "1" },
  },
  dataPath,
  nameSuffix: "-dev",
});
`;
}

/** What {@linkcode startProbe} can do otherwise. */
export interface ProbeOptions {
  /** See the script. */
  mode?: string;
  appPid?: boolean;
  foreignModules?: "strict" | "compat";
  manifest?: Record<string, unknown>;
  /** Content of `settings/config.json`. */
  saved?: unknown;
  /** Not started with the host. */
  disabled?: boolean;
  /** Server settings other than by default. */
  server?: Record<string, unknown>;
}

/** Starts the real program with the probe as a package. */
export async function startProbe(
  libraries: Libraries,
  options: ProbeOptions = {},
): Promise<ProbeHost> {
  const { mode = "", appPid = true, foreignModules = "strict", manifest, saved, disabled, server } =
    options;
  const root = `packages/${PROBE}`;
  const program = await startProgram({
    config: {
      packages: {
        enabled: true,
        users: [{ username: "admin", password: "admin-password", permissions: ["admin"] }],
        grants: { [PROBE]: { env: { MODE: mode }, appPid, foreignModules } },
      },
    },
    files: {
      [`${root}/package/package.json`]: packageJson(PROBE, {
        main: libraries.main,
        airdcpp: { apiVersion: 1, signalReady: true },
        ...manifest,
      }),
      [`${root}/package/${libraries.main}`]: managedScript(libraries),
      ...(saved === undefined ? {} : { [`${root}/settings/config.json`]: JSON.stringify(saved) }),
      ...(server === undefined ? {} : {
        "packages/.outrigger/web-server.json": JSON.stringify({ version: 1, settings: server }),
      }),
      ...(disabled ? { [`${root}/settings/DISABLED`]: "" } : {}),
    },
    prepare: (folder) =>
      Deno.symlink(pathOf(libraries.modules), join(folder, root, "package/node_modules")),
  });
  return new ProbeHost(program);
}

/** The program and its API. */
export class ProbeHost implements AsyncDisposable {
  constructor(readonly program: Program, readonly name: string = PROBE) {}

  /** Folder of the package. */
  get root(): string {
    return `${this.program.folder}/packages/${this.name}`;
  }

  /** A request of somebody who may do everything. */
  async ask(request: string, body?: unknown): Promise<Answer> {
    const path = `${this.program.folder}/packages/.outrigger/api.json`;
    let text = "";
    // It is written when the host listens, a moment after the auth info.
    await this.program.eventually(async () => {
      return (text = await Deno.readTextFile(path).catch(() => "")) !== "";
    }, { what: "api.json" });
    const { token, port } = JSON.parse(text);
    return await http(port, request, { token, body });
  }

  /** What the host says of the probe. */
  async details(): Promise<Record<string, unknown>> {
    return (await this.ask(`GET outrigger/packages/${this.name}`)).data as Record<string, unknown>;
  }

  /** Waits for as many lines of the probe with a text. */
  async says(text: string, { times = 1, timeoutMs = 20_000 } = {}): Promise<void> {
    await this.program.eventually(
      () => this.program.stdout.split(`probe: ${text}`).length > times,
      { timeoutMs, what: `"${text}" of the probe` },
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program.stop();
  }
}
