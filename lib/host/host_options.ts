/**
 * What a host is started with.
 *
 * @module
 */

import type { UserDesktop } from "../desktop/user_desktop.ts";
import type { HostLog } from "../log.ts";
import type { CustomMethods } from "../methods/custom.ts";
import type { ProcessInput } from "../methods/process_input.ts";

/** Settings of `startHost`. */
export interface HostOptions {
  /** The command line without element 0: `--path=...`, `--mode=...` and so on. Default none. */
  args?: readonly string[];
  /** Methods to add as `custom.<name>`, `Neutralino.custom.<name>` in pages. Default none. */
  methods?: CustomMethods;
  /** Where records and extensions' output go, of this host alone. Default: nowhere but the log file. */
  log?: HostLog;
  /** Whether to open the window or browser that the mode names. Default true. */
  show?: boolean;
  /** What takes the place of the user's desktop, for `os.open` and `os.trashItem`. */
  desktop?: Partial<UserDesktop>;
  /** Read by `app.readProcessInput`. Default the process's standard input. */
  input?: ProcessInput;
  /** Certificates in PEM that `net.request` trusts beside those of the system. Default none. */
  trustedCertificates?: readonly string[];
  /** A folder with an unpacked package to run like an installed one, while it is being written. */
  develop?: string;
  /** What pages see as `NL_ARGS`: a command line that starts this host anew. */
  commandLine?: readonly string[];
  /** Whether the process ends when the host has stopped, and connections with it. Default false. */
  ownProcess?: boolean;
}
