/**
 * `outrigger status`: the running host and its extensions.
 *
 * @module
 */

import type { Client } from "../client.ts";
import type { ExtensionInfo } from "../extensions/info.ts";
import type { HostInfo } from "../methods/host.ts";
import { type Colour, type Command, EXIT, PATH, type Terminal } from "./command.ts";
import { requireApp, withHost } from "./running_host.ts";
import { duration, size, table } from "./table.ts";

const COLOUR = new Map<string, Colour>([
  ["connected", "green"],
  ["failed", "red"],
  ["starting", "yellow"],
  ["restarting", "yellow"],
]);

/** The command. */
export const status: Command = {
  name: "status",
  words: "",
  count: [0, 0],
  summary: "Show the running host and its extensions",
  details: "",
  options: [PATH],
  async run(input, terminal) {
    const state = await withHost(await requireApp(input), readStatus);
    if (input.flag("json")) terminal.json(state);
    else terminal.print(statusText(state, terminal));
    return EXIT.fine;
  },
};

/** A host and all of its extensions. */
export interface HostStatus {
  host: HostInfo;
  extensions: ExtensionInfo[];
}

/** Asks a host. */
export async function readStatus(client: Client): Promise<HostStatus> {
  const host = await client.call("host.getInfo") as unknown as HostInfo;
  const { loaded } = await client.call("extensions.getStats") as unknown as { loaded: string[] };
  const extensions = await Promise.all(
    loaded.map((extensionId) => client.call("extensions.getInfo", { extensionId })),
  ) as unknown as ExtensionInfo[];
  return { host, extensions };
}

/** The same for people. */
export function statusText({ host, extensions }: HostStatus, terminal: Terminal): string {
  const { applicationId, appVersion, url, pid, uptimeMs, mode, version } = host;
  // Without the one that asked.
  const appClients = host.appClients - 1;
  const head = `${terminal.paint(applicationId, "bold")}${appVersion ? ` ${appVersion}` : ""} ` +
    `at ${url} (process ${pid}, up ${duration(uptimeMs)}, ${mode} mode, ` +
    `${appClients} app client${appClients === 1 ? "" : "s"}, outrigger ${version})`;
  if (extensions.length === 0) return `${head}\n\nNo extensions are loaded.`;
  const titles = ["EXTENSION", "STATE", "PID", "UP", "RESTARTS", "MEMORY", "CALLS", "REASON"];
  return `${head}\n\n` + table([
    titles.map((text) => ({ text, paint: (text: string) => terminal.paint(text, "grey") })),
    ...extensions.map((it) => [
      it.id,
      { text: it.state, paint: (text: string) => colour(text, it.state, terminal) },
      String(it.pid ?? "-"),
      it.uptimeMs === null ? "-" : duration(it.uptimeMs),
      String(it.restarts),
      it.memoryBytes === null ? "-" : size(it.memoryBytes),
      String(it.calls.answered + it.calls.failed + it.calls.pending),
      it.reason,
    ]),
  ]);
}

function colour(text: string, state: string, terminal: Terminal): string {
  const colour = COLOUR.get(state);
  return colour === undefined ? text : terminal.paint(text, colour);
}
