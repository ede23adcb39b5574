/**
 * `outrigger ext enable|disable|start|stop|restart`.
 *
 * @module
 */

import { type Command, EXIT, PACKAGES, PATH, type Terminal } from "../command.ts";
import { atHand } from "./at_hand.ts";
import { HostApi } from "./host_api.ts";
import { requireKnown } from "./installed.ts";
import { placeOf } from "./place.ts";

/** Whether packages are started with the host. */
export const enable: Command = switching("enable", {
  disabled: false,
  summary: "Let packages be started with the host",
});

/** The opposite. */
export const disable: Command = switching("disable", {
  disabled: true,
  summary: "Let packages not be started with the host",
});

/** Starts packages now. */
export const start: Command = running("start", "Start packages now");
/** Stops packages now. */
export const stop: Command = running("stop", "Stop packages now");
/** Both. */
export const restart: Command = running("restart", "Stop packages and start them again");

const DONE = new Map([["start", "runs"], ["stop", "is stopped"], ["restart", "was restarted"]]);

function switching(
  verb: string,
  { disabled, summary }: { disabled: boolean; summary: string },
): Command {
  return {
    name: `ext ${verb}`,
    words: "NAME...",
    count: [1, 100],
    summary,
    details: "Neither starts nor stops them now. The host need not run.",
    options: [PATH, PACKAGES],
    async run(input, terminal) {
      const place = await placeOf(input);
      await using packages = await atHand(place);
      await packages.require(input.words);
      for (const name of input.words) {
        await packages.setDisabled(name, disabled);
        tell(terminal, input.flag("json"), {
          name,
          disabled,
          text: disabled
            ? `${name} is not started with the host any more`
            : `${name} is started with the host`,
        });
      }
      return EXIT.fine;
    },
  };
}

function running(verb: string, summary: string): Command {
  return {
    name: `ext ${verb}`,
    words: "NAME...",
    count: [1, 100],
    summary,
    details: "",
    options: [PATH, PACKAGES],
    async run(input, terminal) {
      const api = await HostApi.require((await placeOf(input)).folder);
      await requireKnown(api, input.words);
      for (const name of input.words) {
        const path = `${verb === "restart" ? "outrigger/packages" : "extensions"}/`;
        await api.post(`${path}${encodeURIComponent(name)}/${verb}`);
        const text = `${name} ${DONE.get(verb)}`;
        tell(terminal, input.flag("json"), { name, running: verb !== "stop", text });
      }
      return EXIT.fine;
    },
  };
}

/** A line, or a JSON line without its text. */
function tell(
  terminal: Terminal,
  json: boolean,
  { text, ...rest }: { text: string; name: string; disabled?: boolean; running?: boolean },
): void {
  if (json) terminal.json(rest, { oneLine: true });
  else terminal.print(text);
}
