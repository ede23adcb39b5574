/**
 * `${NL_PATH}` and its like in commands (contracts: Neutralino 1.7).
 *
 * @module
 */

import { cmdInsert } from "./cmd_quoting.ts";
import { posixInsert } from "./posix_quoting.ts";

/** Constant to the name `os.getPath` has for it; the last three are this host's own. */
const OS_CONSTANTS = new Map([
  ["NL_OSDATAPATH", "data"],
  ["NL_OSCACHEPATH", "cache"],
  ["NL_OSDOCUMENTSPATH", "documents"],
  ["NL_OSPICTURESPATH", "pictures"],
  ["NL_OSMUSICPATH", "music"],
  ["NL_OSVIDEOPATH", "video"],
  ["NL_OSDOWNLOADSPATH", "downloads"],
  ["NL_OSSAVEGAMES1PATH", "saveGames1"],
  ["NL_OSSAVEGAMES2PATH", "saveGames2"],
  ["NL_OSTEMPPATH", "temp"],
  ["NL_OSCONFIGPATH", "config"],
  ["NL_OSHOMEPATH", "home"],
  ["NL_OSDESKTOPPATH", "desktop"],
]);

/** The value of a constant, `undefined` for an unknown one, which then stays as written. */
export type Constants = (name: string) => string | undefined;

/**
 * The known constants.
 *
 * @param appPath value of `${NL_PATH}`
 * @param path what `os.getPath` answers
 */
export function pathConstants(
  appPath: string,
  path: (name: string) => string | undefined,
): Constants {
  return (name) => {
    if (name === "NL_PATH") return appPath;
    const osName = OS_CONSTANTS.get(name);
    return osName === undefined ? undefined : path(osName);
  };
}

/** Replaces the constants in text that is no command, such as `browserBinary`: as they are. */
export function insertConstants(text: string, constants: Constants): string {
  return text.replace(
    /\$\{(NL_[A-Z0-9]+)\}/g,
    (written, name: string) => constants(name) ?? written,
  );
}

/**
 * Replaces the constants in a shell command so that the shell sees every value literally, within
 * one word, whatever characters a folder's name has.
 *
 * @throws {TypeError} when a value can't be written safely where its constant stands
 */
export function insertIntoCommand(
  command: string,
  constants: Constants,
  os: typeof Deno.build.os,
): string {
  if (!command.includes("${NL_")) return command;
  return os === "windows" ? cmdInsert(command, constants) : posixInsert(command, constants);
}
