/**
 * `outrigger ext search`: what the registry has.
 *
 * @module
 */

import { type Command, CommandError, EXIT, PATH } from "../command.ts";
import { table } from "../table.ts";
import { printable } from "../../packages/demand_lines.ts";
import { registryOf, settingsOf } from "./place.ts";

/** The command. */
export const search: Command = {
  name: "ext search",
  words: "[TEXT...]",
  count: [0, 20],
  summary: "Search the registry for packages; without TEXT, list them",
  details:
    `Packages with the keyword airdcpp-extensions-public, of the registry that "packages.registry" names.`,
  options: [PATH],
  async run(input, terminal) {
    const registry = await registryOf(await settingsOf(input));
    const text = input.words.join(" ");
    const found = await registry.search(text).catch((error: Error) => {
      throw new CommandError(error.message);
    });
    if (input.flag("json")) terminal.json(found);
    else if (found.length === 0) terminal.print("Nothing was found");
    else {
      const grey = (text: string) => ({ text, paint: (it: string) => terminal.paint(it, "grey") });
      terminal.print(table([
        ["NAME", "VERSION", "DATE", "DESCRIPTION"].map(grey),
        ...found.map(({ name, version, date, description }) => [
          name,
          version,
          date?.slice(0, 10) ?? "-",
          printable(description),
        ]),
      ]));
    }
    return EXIT.fine;
  },
};
