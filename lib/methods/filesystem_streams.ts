/**
 * `filesystem.*`: files read in blocks, and watched folders (contracts: Neutralino 6.8).
 *
 * @module
 */

import type { Hub } from "../hub/hub.ts";
import type { HostLog } from "../log.ts";
import { done, type Method, returned } from "../router/method.ts";
import { listUse, madeOnce, reads } from "./file_calls.ts";

/** What streams and watchers need of their host. */
export interface StreamHost {
  hub: Hub;
  log: HostLog;
  /** Ends with the host: closes streams and watchers. */
  cleanUp: AsyncDisposableStack;
}

const LIST = listUse("watchers");

/** The methods of streams and watchers. */
export function streamEntries(host: StreamHost): [string, Method][] {
  const streams = madeOnce(async () => {
    const { FileStreams } = await import("../filesystem/file_streams.ts");
    return host.cleanUp.use(new FileStreams(host));
  });
  const watchers = madeOnce(async () => {
    const { Watchers } = await import("../filesystem/watchers.ts");
    return host.cleanUp.use(new Watchers(host));
  });

  return [
    ["filesystem.openFile", {
      required: ["path"],
      lane: reads,
      async run(params) {
        const path = params.string("path");
        return returned(await (await streams()).open(path));
      },
    }],
    ["filesystem.updateOpenedFile", {
      required: ["id", "event"],
      async run(params) {
        const id = params.int("id", 0);
        const event = params.string("event");
        const data = params.has("data") ? params.int("data", 0) : undefined;
        await (await streams()).update(id, event, data);
        return done();
      },
    }],
    ["filesystem.getOpenedFileInfo", {
      required: ["id"],
      async run(params) {
        const id = params.int("id", 0);
        return returned(await (await streams()).info(id));
      },
    }],
    ["filesystem.createWatcher", {
      required: ["path"],
      lane: (params) => ({ reads: [params.string("path"), ...LIST.changes.reads] }),
      async run(params) {
        const path = params.string("path");
        return returned(await (await watchers()).create(path));
      },
    }],
    ["filesystem.removeWatcher", {
      required: ["id"],
      lane: () => LIST.changes,
      async run(params) {
        const id = params.int("id", 0);
        await (await watchers()).remove(id);
        return returned(id);
      },
    }],
    ["filesystem.getWatchers", {
      lane: () => LIST.tells,
      async run(_params, { grant }) {
        const method = "filesystem.createWatcher";
        const all = (await watchers()).list();
        return returned(all.filter(({ id }) => grant.mayHearOf({ method, id })));
      },
    }],
  ];
}
