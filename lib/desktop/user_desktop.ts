/**
 * What the native API asks of the desktop of the user who runs the host.
 *
 * @module
 */

import type { Log } from "../log.ts";

/** Effects outside of the host. Tests and embedders put their own in place. */
export interface UserDesktop {
  /** Opens a URL, a file or a folder with the program that the user has for it. */
  open(target: string): void;
  /** Moves a file, a folder or a link to the trash. Rejects when it is still where it was. */
  trash(path: string): Promise<void>;
}

/** That of this machine. What it needs is loaded with the first call. */
export function userDesktop({ log }: { log: Log }): UserDesktop {
  return {
    open(target) {
      void import("./open_url.ts").then(({ openAnything }) => openAnything(target, { log }));
    },
    async trash(path) {
      const { userFolder } = await import("../config/user_folder.ts");
      const { moveToTrash } = await import("../filesystem/trash.ts");
      const dataHome = await userFolder("data") ?? "";
      await moveToTrash(path, { folders: { dataHome, uid: Deno.uid() ?? 0 } });
    },
  };
}
