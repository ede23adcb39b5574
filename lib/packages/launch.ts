/**
 * Starting the process of a package (contracts: AirDC++ 4, 5, 6.3).
 *
 * @module
 */

import type { Scopes } from "../auth/scopes.ts";
import { ExtensionProcess } from "../extensions/extension.ts";
import type { ExtensionKind, Launch } from "../extensions/kind.ts";
import type { StateChange } from "../extensions/state_change.ts";
import { spawnGroup } from "../process/process_group.ts";
import { denoSandboxArgs, type SandboxRights } from "./deno_sandbox.ts";
import { DENO_ENGINE, type Engine, type EngineWorld, resolveEngine } from "./engines.ts";
import { packageEnvironment } from "./environment.ts";
import { mainProblem } from "./installed_manifest.ts";
import { incompatibility, type Manifest } from "./manifest.ts";
import { PackageLogs } from "./package_logs.ts";
import { startLine, startParameters } from "./start_line.ts";
import type { PackageFolders } from "./store.ts";

/** The API session of one run. */
export interface RunSession {
  /** Gets the extension in; ends with the session. */
  readonly token: string;
  /** The session itself, to compare with that of a request. */
  readonly session: object;
  end(): void;
}

/** What a start of one package needs. */
export interface LaunchOptions {
  /** Asked before each start. @throws {Error} when there is none that can be used */
  manifest: () => Manifest | Promise<Manifest>;
  folders: PackageFolders;
  /** The platform as packages name it. */
  platform: string;
  engines: () => readonly Engine[];
  world: EngineWorld;
  /** Where those that Deno keeps within a sandbox find the API. */
  sandboxPort: () => Promise<number>;
  debug: () => boolean;
  appPid: boolean;
  env: Record<string, string>;
  /** What the user lets it touch; absent scopes: whatever it asks for. */
  grant: Scopes;
  /** Folders that a sandbox does not open, whatever lies around them. */
  closed: readonly string[];
  openSession(): RunSession;
  /** Told of the process as soon as it runs, and of its end, upon which it ends the session. */
  began(run: RunSession): void;
  ended(run: RunSession): Promise<void>;
  /** Told of every change of its state. */
  changed(change: StateChange): void;
  /** Told when a log file cannot be written. */
  report(message: string): void;
}

/** Makes a package one kind of extension for those who watch over all of them. */
export function packageKind(options: LaunchOptions): ExtensionKind {
  return {
    launch: () => prepare(options),
    changed: (change) => options.changed(change),
    lateReasons: [
      "it is still starting, or waits for something",
      "it does not use the API that its arguments --apiUrl and --authToken name",
    ],
  };
}

/** What a slow disk may take for the last lines, milliseconds. */
const LOGS_MS = 500;

async function prepare(options: LaunchOptions): Promise<Launch> {
  const { folders } = options;
  const manifest = await options.manifest();
  const { name, main, signalReady } = manifest;
  const problem = incompatibility(manifest, options);
  if (problem !== undefined) throw new Error(problem);
  if (main === undefined) throw new Error('its package.json has no "main"');
  const misplaced = await mainProblem(folders.package, main);
  if (misplaced !== undefined) throw new Error(misplaced);
  const engine = await resolveEngine(manifest.engines, options.engines(), options.world);
  await Deno.mkdir(folders.settings, { recursive: true, mode: 0o700 });
  const port = engine.name === DENO_ENGINE ? await options.sandboxPort() : undefined;
  const sandbox = port === undefined ? undefined : await denoSandboxArgs({
    folders,
    main,
    asked: manifest.permissions,
    // Whoever installs a package accepts what it asks for, unless the configuration says less.
    granted: atMost(options.grant, manifest.permissions),
    closed: options.closed,
    port,
  });
  const logs = await PackageLogs.start(folders.logs, { report: options.report });
  let session: RunSession | undefined;
  return {
    ...(port !== undefined && { port }),
    issue() {
      const opened = session = options.openSession();
      return { secrets: [opened.token], end: () => opened.end() };
    },
    abandon: () => void logs.close(0),
    begin(_entry, context) {
      try {
        const parameters = {
          name,
          folders,
          apiUrl: `127.0.0.1:${context.port}/api/v1/`,
          token: session!.token,
          debug: options.debug(),
          signalReady,
          ...(options.appPid ? { appPid: Deno.pid } : {}),
        };
        // Within its sandbox, Deno is given the script in another way.
        const line = sandbox === undefined
          ? startLine({ ...parameters, main })
          : [...sandbox, ...startParameters(parameters)];
        const group = spawnGroup({
          program: engine.program,
          args: [...engine.args, ...line],
          cwd: folders.package,
          env: packageEnvironment(Deno.env.toObject(), options.env),
          clearEnv: true,
          stdin: "null",
        });
        const process = new ExtensionProcess(name, group, {
          ...context,
          async onEnd() {
            await options.ended(session!);
            await logs.close(LOGS_MS);
          },
          relay(id, line, stream) {
            context.relay(id, line, stream);
            logs.line(line, stream);
          },
        });
        options.began(session!);
        return { process, handshake: "arguments" };
      } catch (error) {
        void logs.close(0);
        throw error;
      }
    },
  };
}

/** Whoever installs a package accepts what it asks for, unless the configuration says less. */
function atMost(grant: Scopes, asked: SandboxRights): SandboxRights {
  return {
    ...asked,
    ...(grant.filesystemRoots && { filesystemRoots: grant.filesystemRoots }),
    ...(grant.netHosts && { netHosts: grant.netHosts }),
    ...(grant.commands && { commands: grant.commands }),
  };
}
