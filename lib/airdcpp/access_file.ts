/**
 * The file through which commands of this user reach the API of a running host.
 *
 * @module
 */

import { preparePrivateFolder } from "../filesystem/private_folder.ts";

/** How to reach a host. */
export interface ApiAccess {
  port: number;
  /** Of a session that may do everything. */
  token: string;
}

const NAME = "api.json";

/** An `api.json` that this host wrote. */
export class ApiAccessFile {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /**
   * Writes the file, readable by this user alone: under another name first and then renamed.
   *
   * @param folder `DIR/.outrigger`
   */
  static write(folder: string, { port, token }: ApiAccess): ApiAccessFile {
    const text = JSON.stringify({ port, pid: Deno.pid, token });
    preparePrivateFolder(folder);
    const path = `${folder}/${NAME}`;
    const partial = `${path}.${crypto.randomUUID()}.tmp`;
    Deno.writeTextFileSync(partial, text, { createNew: true, mode: 0o600 });
    Deno.renameSync(partial, path);
    return new ApiAccessFile(path, text);
  }

  /** Reads the file of whatever host there is; `undefined` when there is none. */
  static async read(folder: string): Promise<ApiAccess | undefined> {
    const text = await Deno.readTextFile(`${folder}/${NAME}`).catch(() => undefined);
    if (text === undefined) return undefined;
    try {
      const { port, token } = JSON.parse(text);
      if (Number.isInteger(port) && typeof token === "string") return { port, token };
    } catch {
      // It is none of ours.
    }
    return undefined;
  }

  /** Removes the file, unless another host has replaced it meanwhile. */
  async remove(): Promise<void> {
    const text = await Deno.readTextFile(this.#path).catch(() => undefined);
    if (text === this.#text) await Deno.remove(this.#path).catch(() => {});
  }
}
