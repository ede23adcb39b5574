/**
 * `server.*`: folders shown under a prefix of the URL (contracts: Neutralino 6.12).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import { type Method, type MethodTable, returned, told } from "../router/method.ts";
import type { MountTable } from "../server/mounts.ts";

/** The table of `server.*`. */
export function serverMethods(mounts: MountTable): MethodTable {
  return new Map<string, Method>([
    ["server.mount", {
      required: ["path", "target"],
      lane: "mounts",
      async run(params) {
        const path = params.string("path");
        const target = params.string("target");
        await mounts.mount(path, target);
        return told(`${path} mounts to ${target}`);
      },
    }],
    ["server.unmount", {
      lane: "mounts",
      async run(params) {
        // A missing path is reported without its name (section 6.12).
        if (!params.has("path")) throw new HostError("NE_RT_NATRTER");
        const path = params.string("path");
        await mounts.unmount(path);
        return told(`${path} unmounted`);
      },
    }],
    ["server.getMounts", {
      lane: "mounts",
      run: () => returned(Object.fromEntries(mounts.list())),
    }],
  ]);
}
