/**
 * `outrigger ext remove`.
 *
 * @module
 */

import { type Command, EXIT, PACKAGES, PATH, YES } from "../command.ts";
import { confirm } from "../prompt.ts";
import { atHand } from "./at_hand.ts";
import { placeOf } from "./place.ts";

/** The command. */
export const remove: Command = {
  name: "ext remove",
  words: "NAME...",
  count: [1, 100],
  summary: "Stop packages and remove them, their settings and logs",
  details: "On a terminal it asks first. The host need not run.",
  options: [PATH, PACKAGES, YES],
  async run(input, terminal) {
    const place = await placeOf(input);
    await using packages = await atHand(place);
    await packages.require(input.words);
    for (const name of input.words) {
      const ask = !input.flag("yes") && !input.flag("json") && Deno.stdin.isTerminal();
      if (ask && !await confirm(`Remove ${name} with its settings and logs?`)) {
        terminal.note("Nothing was changed");
        return EXIT.failed;
      }
      await packages.remove(name);
      if (input.flag("json")) terminal.json({ name, removed: true }, { oneLine: true });
      else terminal.print(`Removed ${name}`);
    }
    return EXIT.fine;
  },
};
