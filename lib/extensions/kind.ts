/**
 * Where extensions come from, as far as it makes a difference to who watches over them.
 *
 * @module
 */

import type { Credentials, Identity } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { ListedProcess } from "../process/children.ts";
import type { GroupStatus } from "../process/process_group.ts";
import type { StartContext } from "./extension.ts";
import type { StateChange } from "./state_change.ts";

/** A process and everything it started. */
export interface RunningProgram extends ListedProcess {
  /** How the process itself ended. */
  readonly status: Promise<GroupStatus>;
  /** Settles when nothing of it is left. */
  readonly gone: Promise<void>;
  /** The last lines it wrote to stderr, without secrets. */
  lastErrors(): string[];
  /** Sees to it that all of it ends; settles with `gone`. */
  stop(options: { graceMs: number; termMs?: number }): Promise<void>;
}

/** What one run proves itself with. */
export interface RunCredential {
  /** Kept out of logs for as long as the run lasts. */
  readonly secrets: readonly string[];
  /** From now on nobody gets in with it. */
  end(): void;
}

/** A process that has begun, and how it got its credentials. */
export interface Begun {
  process: RunningProgram;
  handshake: string;
}

/** One start, made ready. Nothing of it waits. */
export interface Launch {
  /** Where the program finds the host. Absent: at its own port. */
  readonly port?: number;
  /** Called first, once. What it gives ends with the run, or at once if `begin` throws. */
  issue(): RunCredential;
  /** Called instead of the others when it has come to be of no use. */
  abandon?(): void;
  /** @throws {Error} when the system refuses */
  begin(entry: ExtensionEntry & { command: string }, context: StartContext): Begun;
}

/** What makes extensions of a kind other than those of the configuration. */
export interface ExtensionKind {
  /** Gets a start ready. @throws {Error} with a clause that tells why it cannot be */
  launch(): Promise<Launch>;
  /** Why one has not shown itself in time while its process runs; clauses. */
  readonly lateReasons: readonly string[];
  /** Told of every change of its state, after it. */
  changed?(change: StateChange): void;
}

/** Starts the command of a configured extension; throws when the system refuses. */
export type Begin = (
  entry: ExtensionEntry & { command: string },
  context: StartContext & { identity: Identity },
) => Begun;

/** What getting a start ready needs of the host. */
export interface LaunchContext {
  credentials: Credentials;
  /** Where programs that Deno keeps within their scopes find the host. */
  sandboxPort(): Promise<number>;
  /** Starts the command of a configured extension. Default: as a process. */
  begin?: Begin;
}

/**
 * Gets a start ready.
 *
 * @throws {Error} with a clause that tells why it cannot be
 */
export async function launchOf(
  kind: ExtensionKind | undefined,
  { entry, grant }: { entry: ExtensionEntry; grant: Grant },
  { credentials, sandboxPort, begin }: LaunchContext,
): Promise<Launch> {
  if (kind !== undefined) return await kind.launch();
  const { id, script } = entry;
  const common = { id, grant, credentials };
  if (begin !== undefined) return configuredLaunch(begin, common);
  // Loaded late, because an app that starts no extension needs nothing of it.
  const { ExtensionProcess } = await import("./extension.ts");
  if (script === undefined) return configuredLaunch(ExtensionProcess.start, common);
  const { denoStart } = await import("./deno_engine.ts");
  const lineFor = await denoStart({ ...entry, script }, grant);
  const port = await sandboxPort();
  const line = lineFor(port);
  return {
    ...configuredLaunch((...begun) => ExtensionProcess.start(...begun, line), common),
    port,
  };
}

/** A start of a configured extension: a credential of its own, and its command. */
function configuredLaunch(
  begin: Begin,
  { id, grant, credentials }: { id: string; grant: Grant; credentials: Credentials },
): Launch {
  let identity: Identity;
  return {
    issue() {
      const issued = identity = credentials.issue(id, grant);
      const { accessToken, connectToken } = issued.credential;
      return {
        secrets: [accessToken, connectToken],
        end() {
          if (credentials.extension(id) === issued) credentials.revoke(id);
        },
      };
    },
    begin: (entry, context) => begin(entry, { ...context, identity }),
  };
}
