/**
 * The app that measured hosts serve.
 *
 * @module
 */

import { join } from "@std/path";
import type { Endpoint } from "./load/raw_socket.ts";

/** What the host exports for backends. */
export interface AuthInfo {
  port: number;
  accessToken: string;
}

/** Id of the extension whose place a load generator takes. */
export const EXTENSION_ID = "js.outrigger.bench";

/** A file of the app, full of the letter a. */
export const STATIC_FILE = { path: "/ten_kilobytes.txt", bytes: 10_240 };

const CONFIG = {
  applicationId: "js.outrigger.bench",
  // Nothing is opened, and the host does not end by itself.
  defaultMode: "cloud",
  documentRoot: "/resources/",
  enableServer: true,
  enableNativeAPI: true,
  enableExtensions: true,
  exportAuthInfo: true,
  extensions: [{ id: EXTENSION_ID }],
};

/** A temporary folder with a configuration and a file. */
export class AppFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @param config keys over the usual ones */
  static async create(config: Record<string, unknown> = {}): Promise<AppFolder> {
    const path = await Deno.makeTempDir({ prefix: "outrigger-bench-" });
    await Deno.mkdir(join(path, "resources"));
    await Deno.writeTextFile(
      join(path, "neutralino.config.json"),
      JSON.stringify({ ...CONFIG, ...config }),
    );
    await Deno.writeTextFile(
      join(path, "resources", STATIC_FILE.path),
      "a".repeat(STATIC_FILE.bytes),
    );
    return new AppFolder(path);
  }

  /** The auth info when it is there; asks without waiting, as measurements of time need. */
  auth(): AuthInfo | undefined {
    try {
      const { nlPort, accessToken } = JSON.parse(Deno.readTextFileSync(this.#authFile));
      return { port: nlPort, accessToken };
    } catch {
      return undefined;
    }
  }

  /** Removes the auth info that a former host may have left. */
  async forget(): Promise<void> {
    await Deno.remove(this.#authFile).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.path, { recursive: true });
  }

  get #authFile(): string {
    return join(this.path, ".tmp", "auth_info.json");
  }
}

/**
 * Where an app client or an extension connects, with the backend's token.
 *
 * @param as `app`, `extension` for the one that every app has, or the id of another
 */
export function endpoint({ port, accessToken }: AuthInfo, as: string): Endpoint {
  const id = as === "app" ? "" : `&extensionId=${as === "extension" ? EXTENSION_ID : as}`;
  return { port, target: `/?connectToken=${accessToken.split(".")[1]}${id}` };
}

/** A request as the official client library sends it. */
export function request({ accessToken }: AuthInfo, method: string, data?: unknown): string {
  return JSON.stringify({ id: crypto.randomUUID(), method, data, accessToken });
}
