/**
 * The file through which a backend learns how to connect (contracts: Neutralino 5.2, 10.1).
 *
 * @module
 */

import { preparePrivateFolder } from "../filesystem/private_folder.ts";
import type { Credential } from "./token.ts";

const FILE_NAME = "auth_info.json";

/** An `auth_info.json` that this host wrote. */
export class AuthInfoFile {
  /** Where it is. */
  readonly path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.path = path;
    this.#text = text;
  }

  /**
   * Writes the keys of both generations into `<tempPath>/auth_info.json`: folder 0700, file 0600,
   * under another name first and then renamed, so that nobody ever reads half of it. A file of an
   * earlier run is replaced. Works at once, because a start waits for it.
   *
   * @param tempPath the folder; made when it is missing
   * @throws {Error} when the folder is a link, belongs to somebody else or cannot be written
   */
  static write(
    tempPath: string,
    options: { port: number; credential: Credential },
  ): AuthInfoFile {
    const { accessToken, connectToken } = options.credential;
    const text = JSON.stringify({
      nlPort: options.port,
      nlToken: accessToken,
      nlConnectToken: connectToken,
      port: options.port,
      accessToken,
    });
    preparePrivateFolder(tempPath);
    const path = `${tempPath}/${FILE_NAME}`;
    const partial = `${path}.${crypto.randomUUID()}`;
    try {
      Deno.writeTextFileSync(partial, text, { createNew: true, mode: 0o600 });
      Deno.renameSync(partial, path);
    } catch (error) {
      removeQuietly(partial);
      throw error;
    }
    return new AuthInfoFile(path, text);
  }

  /** Removes the file, unless another host has replaced it meanwhile. */
  async remove(): Promise<void> {
    try {
      if (await Deno.readTextFile(this.path) === this.#text) await Deno.remove(this.path);
    } catch {
      // Gone already: `neu` deletes it too.
    }
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made.
  }
}
