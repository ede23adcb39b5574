/**
 * `outrigger ext`: packages, from finding one to writing one.
 *
 * @module
 */

import { type Command, group } from "./command.ts";
import { dev } from "./ext/dev.ts";
import { info } from "./ext/info.ts";
import { install, update } from "./ext/install.ts";
import { list } from "./ext/list.ts";
import { logs } from "./ext/logs.ts";
import { manage } from "./ext/manage.ts";
import { create } from "./ext/new.ts";
import { pack } from "./ext/pack.ts";
import { remove } from "./ext/remove.ts";
import { search } from "./ext/search.ts";
import { settings } from "./ext/settings.ts";
import { disable, enable, restart, start, stop } from "./ext/switch.ts";

/** The commands. */
export const ext: Command = group({
  name: "ext",
  summary: "Search, install, manage and write packaged extensions",
  details: "outrigger ext COMMAND --help tells more.",
  commands: [
    search,
    install,
    list,
    info,
    update,
    remove,
    enable,
    disable,
    start,
    stop,
    restart,
    settings,
    logs,
    manage,
    create,
    pack,
    dev,
  ],
});
