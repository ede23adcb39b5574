/**
 * `outrigger ext info`: everything about one package.
 *
 * @module
 */

import { type Command, EXIT, PACKAGES, PATH, type Terminal } from "../command.ts";
import { duration, table } from "../table.ts";
import { HostApi } from "./host_api.ts";
import { type ExtensionSummary, requireInstalled, requireKnown, summary } from "./installed.ts";
import { stateOf } from "./list.ts";
import { demandLines, printable } from "../../packages/demand_lines.ts";
import { placeOf } from "./place.ts";

/** What `--json` prints. */
interface Info extends ExtensionSummary {
  /** Of its state; `null` without a host. */
  reason: string | null;
  pid: number | null;
  uptime_ms: number | null;
  restarts: number;
  last_exit: unknown;
  folder: string | null;
  /** Access strings; `null` without a host. */
  granted: string[] | null;
  /** What its package.json asks for. */
  asks: unknown;
}

/** What the host answers. */
type Details = Omit<Info, Exclude<keyof ExtensionSummary, "state">> & {
  extension: ExtensionSummary;
};

/** The command. */
export const info: Command = {
  name: "ext info",
  words: "NAME",
  count: [1, 1],
  summary: "Show a package: version, state, what it asks for and what it is granted",
  details: "",
  options: [PATH, PACKAGES],
  async run(input, terminal) {
    const { folder } = await placeOf(input);
    const [name = ""] = input.words;
    const api = await HostApi.find(folder);
    const it = typeof api === "string" ? await fromDisk(folder, name) : await fromHost(api, name);
    if (input.flag("json")) terminal.json(it);
    else terminal.print(infoText(it, terminal));
    return EXIT.fine;
  },
};

async function fromHost(api: HostApi, name: string): Promise<Info> {
  await requireKnown(api, [name]);
  const { extension, ...rest } = await api.get<Details>(
    `outrigger/packages/${encodeURIComponent(name)}`,
  );
  return { ...summary(extension), ...rest };
}

async function fromDisk(root: string, name: string): Promise<Info> {
  const { manifest, disabled, folder } = await requireInstalled(root, name);
  return {
    ...summary({ ...manifest, disabled, running: null, managed: true, state: null }),
    reason: null,
    pid: null,
    uptime_ms: null,
    restarts: 0,
    last_exit: null,
    folder,
    granted: null,
    asks: manifest.permissions,
  };
}

function infoText(it: Info, terminal: Terminal): string {
  const { version, description, author, homepage, engines, pid, uptime_ms, restarts } = it;
  const state = it.state === null || it.running === null
    ? stateOf(it)
    : `${it.state}${it.disabled ? ", not started with the host" : ""}`;
  const rows: [string, string][] = [
    ["description", description],
    ["author", author],
    ["homepage", homepage],
    ["engines", engines.join(", ")],
    ["state", it.reason ? `${state} (${it.reason})` : state],
    ["process", pid === null ? "" : `${pid}, up ${duration(uptime_ms ?? 0)}`],
    ["restarts", restarts === 0 ? "" : String(restarts)],
    ["folder", it.folder ?? ""],
    ["granted", it.granted?.join(", ") ?? ""],
  ];
  const asks = demandLines(it.asks);
  return [
    `${terminal.paint(it.name, "bold")} ${printable(version)}`,
    table(
      rows.filter(([, value]) => value !== "").map(([key, value]) => [
        { text: `  ${key}`, paint: (text) => terminal.paint(text, "grey") },
        value,
      ]),
    ),
    ...(asks.length === 0 ? [] : [`  asks for`, ...asks.map((line) => `    ${line}`)]),
  ].join("\n");
}
