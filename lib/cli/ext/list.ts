/**
 * `outrigger ext list`: what is installed, and how it stands.
 *
 * @module
 */

import { type Colour, type Command, EXIT, PACKAGES, PATH, type Terminal } from "../command.ts";
import { table } from "../table.ts";
import { HostApi } from "./host_api.ts";
import { type ExtensionSummary, installedIn, summaries } from "./installed.ts";
import { placeOf } from "./place.ts";

/** The command. */
export const list: Command = {
  name: "ext list",
  words: "",
  count: [0, 0],
  summary: "List the packages and how they stand",
  details: "Without a running host too; then it is not known which would run.",
  options: [PATH, PACKAGES],
  async run(input, terminal) {
    const { folder } = await placeOf(input);
    const found = await HostApi.find(folder);
    const api = typeof found === "string" ? undefined : found;
    const all = await summaries(folder, api);
    if (input.flag("json")) {
      terminal.json(all);
      return EXIT.fine;
    }
    terminal.print(all.length === 0 ? `No packages in "${folder}"` : listText(all, terminal));
    for (const { name, reason } of (await installedIn(folder)).broken) {
      terminal.note(`outrigger: "${name}" cannot be used: ${reason}`);
    }
    if (api === undefined && all.length > 0) terminal.note("No host runs them now");
    return EXIT.fine;
  },
};

const COLOUR = new Map<string, Colour>([
  ["running", "green"],
  ["disabled", "yellow"],
  ["restarting", "yellow"],
  ["failed", "red"],
]);

/** How one stands, in a word. */
export function stateOf({ running, disabled, managed, state }: ExtensionSummary): string {
  if (!managed) return "elsewhere";
  if (running) return "running";
  if (state === "failed" || state === "restarting") return state;
  if (disabled) return "disabled";
  return running === null ? "installed" : "stopped";
}

/** The table for people. */
export function listText(all: readonly ExtensionSummary[], terminal: Terminal): string {
  const grey = (text: string) => ({ text, paint: (it: string) => terminal.paint(it, "grey") });
  return table([
    ["NAME", "VERSION", "STATE", "ENGINES", "DESCRIPTION"].map(grey),
    ...all.map((it) => {
      const state = stateOf(it);
      const colour = COLOUR.get(state);
      const paint = (text: string) => colour === undefined ? text : terminal.paint(text, colour);
      const { name, version, engines, description } = it;
      return [name, version, { text: state, paint }, engines.join(", "), description];
    }),
  ]);
}
