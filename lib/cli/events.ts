/**
 * `outrigger events`: what the host tells everybody.
 *
 * @module
 */

import { LONGEST_TIMER_MS } from "../process/clock.ts";
import { type Command, CommandError, EXIT, PATH } from "./command.ts";
import { connectToHost, readable, requireApp } from "./running_host.ts";

/** The command. */
export const events: Command = {
  name: "events",
  words: "",
  count: [0, 0],
  summary: "Print events as they come",
  details: "Without -f it ends after the first one (or after as many as -n says).",
  options: [
    PATH,
    { name: "follow", short: "f", description: "Go on until interrupted, or until the host ends" },
    { name: "name", value: "NAME", description: "Only events of this name" },
    { name: "count", short: "n", value: "N", description: "End after so many. Default: 1" },
    { name: "timeout", short: "t", value: "SECONDS", description: "Give up then; exit code 1" },
  ],
  async run(input, terminal) {
    const wanted = input.text("name");
    const seconds = input.number("timeout", 1);
    const timeoutMs = Math.min((seconds ?? 0) * 1000, LONGEST_TIMER_MS);
    const count = input.number("count", 1);
    let left = count ?? (input.flag("follow") ? Infinity : 1);
    const over = Promise.withResolvers<number>();
    let listening = false;
    const client = await connectToHost(await requireApp(input), {
      onEvent(event, data) {
        // The first ones tell of this very connection.
        if (!listening || left === 0 || (wanted !== undefined && event !== wanted)) return;
        const time = new Date().toISOString();
        try {
          if (input.flag("json")) terminal.json({ time, event, data }, { oneLine: true });
          else terminal.print(`${terminal.paint(time, "grey")} ${event} ${JSON.stringify(data)}`);
        } catch (error) {
          return over.reject(error);
        }
        if (--left === 0) over.resolve(EXIT.fine);
      },
      onLost: () => over.reject(new CommandError("The host has ended")),
    });
    const timer = seconds === undefined ? undefined : setTimeout(
      () => over.reject(new CommandError(`No such event within ${seconds} s`)),
      timeoutMs,
    );
    try {
      await client.call("extensions.getStats");
      listening = true;
      return await over.promise;
    } catch (error) {
      throw readable(error);
    } finally {
      clearTimeout(timer);
      client.close();
    }
  },
};
