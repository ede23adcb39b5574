/**
 * The folder of the browser's profile, which one browser at a time can have (contracts: Neutralino 7.3).
 *
 * @module
 */

import { StartError } from "../errors.ts";
import { FolderLock } from "../filesystem/folder_lock.ts";

/** A second window of an app, or a second start of it, is not to wait long for its place. */
const LOCK_WAIT_MS = 200;
/** More windows of one app than anybody opens. */
const MOST = 1000;

/** A profile that is taken. */
export interface Profile {
  readonly path: string;
  /** Gives it back, for the browser of another host. */
  release(): void;
}

/** The folder of the first of an app's profiles. */
export function profilePath(place: string): string {
  return `${place}/chromedata`;
}

/**
 * Takes the first profile that no other host has, and makes sure that only the user can read it. A
 * browser on a profile that another one has would hand it the page and end, and the window would be
 * of the other host: this one could not tell when it is closed.
 *
 * @param place the folder for it, `<dataPath>/.tmp` for instance
 * @param others folders to take where it cannot be made there
 * @throws {StartError} if it cannot be made anywhere; tells why not in `place`
 */
export async function takeProfile(place: string, ...others: string[]): Promise<Profile> {
  try {
    return await takeIn(place);
  } catch (error) {
    for (const other of others) {
      const profile = await takeIn(other).catch(() => undefined);
      if (profile !== undefined) return profile;
    }
    throw error;
  }
}

async function takeIn(place: string): Promise<Profile> {
  const first = profilePath(place);
  for (let number = 1; number <= MOST; number++) {
    const path = number === 1 ? first : `${first}-${number}`;
    try {
      await makePrivateFolder(path);
      const lock = await FolderLock.take(`${path}/outrigger.lock`, { waitMs: LOCK_WAIT_MS });
      if (lock instanceof FolderLock) return { path, release: () => lock.release() };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new StartError(`Cannot make the browser profile "${path}": ${reason}`, {
        cause: error,
      });
    }
  }
  throw new StartError(`Cannot make a browser profile: ${MOST} are in use beside "${first}"`);
}

async function makePrivateFolder(path: string): Promise<void> {
  await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  // It may be an old one with other permissions. On Windows the folder inherits the user's.
  if (Deno.build.os !== "windows") await Deno.chmod(path, 0o700);
}
