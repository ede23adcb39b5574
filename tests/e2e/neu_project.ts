/**
 * What `neu create` makes, which itself needs a network.
 *
 * @module
 */

import { join } from "@std/path";
import { packages, pathOf } from "../tools.ts";
import { pageFiles } from "./client_library.ts";
import { HEADLESS, hostExecutable, type ProgramOptions } from "./program.ts";

/** Where `neu` expects the framework's executable. */
export const BINARY = "bin/neutralino-linux_x64";

/** The `neu` program, to be run by Node. */
export const neu = () => join(pathOf(packages), "@neutralinojs/neu/bin/neu.js");

/** A project with one page and the host in place of the framework's executable. */
export function neuProject(page: string): ProgramOptions {
  const { "resources/neutralino.js": library, ...files } = pageFiles(page);
  return {
    config: {
      applicationId: "js.neutralino.sample",
      version: "1.0.0",
      defaultMode: "window",
      exportAuthInfo: false,
      enableExtensions: false,
      modes: { window: { title: "sample", width: 800, height: 500 } },
      cli: {
        binaryName: "myapp",
        resourcesPath: "/resources/",
        extensionsPath: "/extensions/",
        clientLibrary: "/resources/js/neutralino.js",
        binaryVersion: "6.9.0",
        clientVersion: "6.9.0",
      },
    },
    files: { ...files, "resources/js/neutralino.js": library! },
    prepare: async (folder) => {
      await Deno.mkdir(join(folder, "bin"));
      await hostExecutable(join(folder, BINARY));
    },
    env: { OUTRIGGER_BROWSER_ARGS: HEADLESS },
  };
}
