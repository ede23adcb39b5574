/**
 * `storage.*`: one file a key (contracts: Neutralino 6.13).
 *
 * @module
 */

import { HostError } from "../errors.ts";
import { refuseWaiting } from "../filesystem/file_kind.ts";
import { done, type Method, type MethodTable, returned, told } from "../router/method.ts";
import type { Params } from "../router/params.ts";

const KEY = /^[a-zA-Z-_0-9]{1,50}$/;
const KEY_SOURCE = "^[a-zA-Z-_0-9]{1,50}$";
const SUFFIX = ".neustorage";
const LANE = "storage";

/**
 * The table of `storage.*`.
 *
 * @param folder where the files are; made by the first write
 */
export function storageMethods(folder: string): MethodTable {
  const pathOf = (key: string) => `${folder}/${key}${SUFFIX}`;
  let lastChange: Promise<unknown> = Promise.resolve();

  /** Changes of all connections, one after the other: the folder must not vanish under a write. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const result = lastChange.then(change);
    lastChange = result.catch(() => {});
    return result;
  }

  async function remove(key: string) {
    try {
      await inTurn(() => Deno.remove(pathOf(key)));
    } catch {
      throw new HostError("NE_ST_STKEYRE", key);
    }
    return told(`Storage key ${key} was removed`);
  }

  async function write(key: string, text: string) {
    const partial = `${folder}/${key}.${crypto.randomUUID()}.partial`;
    try {
      await inTurn(async () => {
        await makeFolder(folder);
        // Renamed into place: a reader, also one of another process, sees the old or the new text.
        await Deno.writeTextFile(partial, text);
        await Deno.rename(partial, pathOf(key));
      });
    } catch {
      await Deno.remove(partial).catch(() => {});
      throw new HostError("NE_ST_STKEYWE", key);
    }
    return done();
  }

  return new Map<string, Method>([
    ["storage.setData", {
      required: ["key"],
      lane: LANE,
      run(params) {
        const key = validKey(params);
        return params.has("data") ? write(key, params.string("data")) : remove(key);
      },
    }],
    ["storage.getData", {
      required: ["key"],
      lane: LANE,
      async run(params) {
        const key = validKey(params);
        try {
          refuseWaiting(pathOf(key), await Deno.stat(pathOf(key)));
          return returned(await Deno.readTextFile(pathOf(key)));
        } catch {
          throw new HostError("NE_ST_NOSTKEX", key);
        }
      },
    }],
    ["storage.removeData", {
      required: ["key"],
      lane: LANE,
      run: (params) => remove(validKey(params)),
    }],
    ["storage.getKeys", {
      lane: LANE,
      async run() {
        const keys: string[] = [];
        try {
          for await (const entry of Deno.readDir(folder)) {
            if (entry.isFile && entry.name.endsWith(SUFFIX)) {
              keys.push(entry.name.slice(0, -SUFFIX.length));
            }
          }
        } catch {
          throw new HostError("NE_ST_NOSTDIR", folder, { returnValue: [] });
        }
        return returned(keys.sort());
      },
    }],
    ["storage.clear", {
      lane: LANE,
      async run() {
        await inTurn(() => Deno.remove(folder, { recursive: true })).catch((error) => {
          if (!(error instanceof Deno.errors.NotFound)) throw error;
        });
        return told("Storage was cleared");
      },
    }],
  ]);
}

function validKey(params: Params): string {
  const key = params.string("key");
  if (!KEY.test(key)) throw new HostError("NE_ST_INVSTKY", KEY_SOURCE);
  return key;
}

async function makeFolder(folder: string): Promise<void> {
  const known = await Deno.stat(folder).then(() => true, () => false);
  if (known) return;
  await Deno.mkdir(folder, { recursive: true });
  if (Deno.build.os === "windows") {
    await new Deno.Command("attrib", { args: ["+h", folder] }).output().catch(() => {});
  }
}
