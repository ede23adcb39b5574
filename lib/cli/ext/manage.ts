/**
 * `outrigger ext manage`: the page that manages packages.
 *
 * @module
 */

import { HostLog } from "../../log.ts";
import { type Command, CommandError, EXIT, PACKAGES, PATH } from "../command.ts";
import { HostApi, HostRefusal } from "./host_api.ts";
import { placeOf } from "./place.ts";

/** The command. */
export const manage: Command = {
  name: "ext manage",
  words: "",
  count: [0, 0],
  summary: "Print the address of the page that manages packages",
  details: "It lets in whoever opens it first, once. The host must run with --manage.",
  options: [PATH, PACKAGES, { name: "open", description: "Open it in the browser, too" }],
  async run(input, terminal) {
    const api = await HostApi.require((await placeOf(input)).folder);
    let url: string;
    try {
      ({ url } = await api.post<{ url: string }>("outrigger/manage"));
    } catch (error) {
      if (!(error instanceof HostRefusal) || error.status !== 404) throw error;
      throw new CommandError("The host has no such page: start it with --manage");
    }
    if (input.flag("json")) terminal.json({ url });
    else terminal.print(url);
    if (input.flag("open")) {
      const { openUrl } = await import("../../desktop/open_url.ts");
      if (!await openUrl(url, { log: new HostLog() })) {
        throw new CommandError(`Cannot open a browser: open ${url} yourself`);
      }
    }
    return EXIT.fine;
  },
};
