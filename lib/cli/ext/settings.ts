/**
 * `outrigger ext settings`: what a running package is set to.
 *
 * @module
 */

import { type Command, CommandError, EXIT, PACKAGES, PATH, type Terminal } from "../command.ts";
import { table } from "../table.ts";
import { HostApi } from "./host_api.ts";
import { requireKnown } from "./installed.ts";
import { placeOf } from "./place.ts";
import { type Definition, typedValue, withoutSecrets } from "./setting_values.ts";

/** The command. */
export const settings: Command = {
  name: "ext settings",
  words: "NAME [KEY=VALUE...]",
  count: [1, 200],
  summary: "Show the settings of a running package, or change them",
  details:
    `The table hides passwords, --json does not. A value is JSON, or a text, or items with commas
between them, as the setting's type asks for.
Packages define their settings when they start: one that does not run has none.

  outrigger ext settings airdcpp-example interval=30 greeting="hello there" 'names=["a","b"]'`,
  options: [PATH, PACKAGES],
  async run(input, terminal) {
    const api = await HostApi.require((await placeOf(input)).folder);
    const [name = "", ...changes] = input.words;
    await requireKnown(api, [name]);
    const path = `extensions/${encodeURIComponent(name)}/settings`;
    const definitions = await api.get<Definition[]>(`${path}/definitions`);
    if (changes.length > 0) {
      const values = changed(name, { changes, definitions });
      await api.patch(path, values);
    }
    const values = new Map(Object.entries(await api.get<Record<string, unknown>>(path)));
    if (input.flag("json")) terminal.json(Object.fromEntries(values));
    else if (definitions.length > 0) terminal.print(settingsText(definitions, values, terminal));
    else {
      const { running } = await api.get<{ running: boolean }>(
        `extensions/${encodeURIComponent(name)}`,
      );
      terminal.print(
        running ? `"${name}" has no settings` : `"${name}" does not run; start it first`,
      );
    }
    return EXIT.fine;
  },
};

function changed(
  name: string,
  { changes, definitions }: { changes: readonly string[]; definitions: readonly Definition[] },
): Record<string, unknown> {
  return Object.fromEntries(changes.map((change) => {
    const at = change.indexOf("=");
    if (at < 1) {
      throw new CommandError(`Cannot read "${change}": expected KEY=VALUE`, EXIT.usage);
    }
    const key = change.slice(0, at);
    const definition = definitions.find((it) => it.key === key);
    if (definition === undefined) {
      const known = definitions.map(({ key }) => key).join(", ");
      const there = known === "" ? "it has defined none; does it run?" : `there are ${known}`;
      throw new CommandError(`"${name}" has no setting "${key}": ${there}`);
    }
    return [key, typedValue(change.slice(at + 1), definition)];
  }));
}

function settingsText(
  definitions: readonly Definition[],
  values: ReadonlyMap<string, unknown>,
  terminal: Terminal,
): string {
  const grey = (text: string) => ({ text, paint: (it: string) => terminal.paint(it, "grey") });
  return table([
    ["KEY", "VALUE", "TYPE", "DEFAULT", "TITLE"].map(grey),
    ...definitions.map((it) => [
      it.key,
      shown(withoutSecrets(values.get(it.key), it)),
      it.item_type === undefined ? it.type : `list of ${it.item_type}`,
      shown(withoutSecrets(it.default_value, it)),
      it.title,
    ]),
  ]);
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "-";
  return typeof value === "string" ? value : JSON.stringify(value);
}
