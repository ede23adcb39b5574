/**
 * The extensions of an app: which are loaded, starting and stopping them, and what the log says of
 * each (contracts: Neutralino 4).
 *
 * @module
 */

import type { Credentials, Identity } from "../auth/credentials.ts";
import type { Grant } from "../auth/grant.ts";
import type { ExtensionEntry } from "../config/settings.ts";
import type { Hub } from "../hub/hub.ts";
import type { Log } from "../log.ts";
import type { Children } from "../process/children.ts";
import type { Masker } from "../process/mask.ts";
import type { GroupStatus } from "../process/process_group.ts";
import type { Watchdog } from "../process/watchdog.ts";
import type { ExtensionProcess, RelayLine } from "./extension.ts";

/** How long an extension may take before the log asks what is wrong, milliseconds. */
const CONNECT_MS = 10_000;
/** How long a closed socket has to make an extension end by itself, milliseconds. */
const GRACE_MS = 2000;

/** What the registry needs of its host. */
export interface RegistryOptions {
  credentials: Credentials;
  /** What the config allows everybody; entries narrow it. */
  grant: Grant;
  hub: Hub;
  log: Log;
  masker: Masker;
  watchdog: Watchdog;
  /** The table that callers see; extensions come first in it. */
  children: Children;
  relay: RelayLine;
  /** Whether programs started elsewhere can read how to connect. */
  authInfoExported: boolean;
  /** Default 10,000. */
  connectMs?: number;
}

interface Loaded {
  readonly entry: ExtensionEntry;
  readonly grant: Grant;
  readonly since: number;
  /** Its number among the children of the host; absent without a command. */
  readonly childId?: number;
  process?: ExtensionProcess;
  status?: GroupStatus;
  everConnected: boolean;
  /** Until it has connected. */
  timer?: ReturnType<typeof setTimeout>;
  /** Until its credential ends. */
  retirement?: ReturnType<typeof setTimeout>;
  /** Ends its credential; there once its processes are gone and it only lives by its connection. */
  retire?: () => void;
}

/** The loaded extensions of one host. */
export class ExtensionRegistry {
  readonly #options: RegistryOptions;
  readonly #loaded = new Map<string, Loaded>();
  #stopping = false;
  #awaited = false;

  constructor(options: RegistryOptions) {
    this.#options = options;
    options.hub.observe({
      joined: ({ extensionId }) => {
        this.#connected(extensionId);
        this.#awaitPrograms();
      },
      left: ({ extensionId }) => this.#disconnected(extensionId),
    });
  }

  /** Ids in load order. */
  get ids(): string[] {
    return [...this.#loaded.keys()];
  }

  /** A loaded extension's entry. */
  entry(id: string): ExtensionEntry | undefined {
    return this.#loaded.get(id)?.entry;
  }

  /** What a caller that stands for this extension may use. */
  grant(id: string): Grant | undefined {
    return this.#loaded.get(id)?.grant;
  }

  /** The process id of a running extension. */
  pid(id: string): number | undefined {
    return this.#loaded.get(id)?.process?.pid;
  }

  /** Loads entries in order: from now on they may connect. */
  load(entries: readonly ExtensionEntry[]): void {
    for (const entry of entries) {
      const { nativeAllowList, nativeBlockList } = entry;
      const grant = this.#options.grant.narrowed({ nativeAllowList, nativeBlockList });
      this.#loaded.set(entry.id, {
        entry,
        grant,
        since: performance.now(),
        everConnected: false,
        ...(entry.command === undefined ? {} : { childId: this.#options.children.reserveId() }),
      });
    }
  }

  /** Starts what is loaded and has a command, in order. A failing one is only logged. */
  async start(port: number): Promise<void> {
    for (const loaded of this.#loaded.values()) {
      if (this.#stopping) return;
      const { entry: { id, command } } = loaded;
      if (command === undefined) {
        this.#options.log.info(
          `Extension "${id}" has no command: it is connected by a program started elsewhere`,
        );
        continue;
      }
      // Loaded here, because an app that starts no extension needs nothing of it.
      const { ExtensionProcess } = await import("./extension.ts");
      if (this.#stopping) return;
      this.#start(
        loaded,
        ({ identity }) =>
          ExtensionProcess.start({ ...loaded.entry, command }, {
            ...this.#options,
            port,
            identity,
          }),
      );
      // Starting a process holds everything up for milliseconds: let the server answer in between.
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
  }

  /** Stops everything that was started. Sockets should be closed before: many end by that. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#loaded.values()].map(async (loaded) => {
      clearTimeout(loaded.timer);
      clearTimeout(loaded.retirement);
      // Without a connection there was no close that it could have noticed.
      await loaded.process?.stop({ graceMs: loaded.everConnected ? GRACE_MS : 0 });
    }));
  }

  #start(
    loaded: Loaded,
    start: (credentials: { identity: Identity }) => ReturnType<typeof ExtensionProcess.start>,
  ): void {
    const { credentials, log, masker } = this.#options;
    const { id, command } = loaded.entry;
    const identity = credentials.issue(id, loaded.grant);
    const secrets = [identity.credential.accessToken, identity.credential.connectToken];
    masker.add(...secrets);
    try {
      const started = start({ identity });
      loaded.process = started.process;
      log.info(
        `Extension "${id}" started: ${command} ` +
          `(process ${started.process.pid}, credentials by ${SOURCES.get(started.handshake)})`,
      );
    } catch (error) {
      masker.remove(...secrets);
      credentials.revoke(id);
      log.error(`Cannot start extension "${id}": ${(error as Error).message}`);
      return;
    }
    const { process, childId } = loaded;
    const { children } = this.#options;
    if (childId !== undefined) {
      children.list(childId, process);
      void process.gone.then(() => children.unlist(childId));
    }
    this.#awaitConnection(loaded);
    void process.status.then((status) => {
      loaded.status = status;
      if (!this.#stopping) this.#exited(loaded, status);
    });
    void process.gone.then(() => {
      const launched = loaded.status?.code === 0 && !loaded.everConnected;
      this.#retire(loaded, identity, secrets, launched);
    });
  }

  /** Programs started elsewhere are waited for from the first client on: before, nothing runs. */
  #awaitPrograms(): void {
    if (this.#awaited) return;
    this.#awaited = true;
    for (const loaded of this.#loaded.values()) {
      if (loaded.entry.command === undefined) this.#awaitConnection(loaded);
    }
  }

  #awaitConnection(loaded: Loaded): void {
    if (loaded.everConnected || this.#stopping) return;
    loaded.timer = setTimeout(() => this.#late(loaded), this.#options.connectMs ?? CONNECT_MS);
  }

  #connected(id: string | undefined): void {
    const loaded = id === undefined ? undefined : this.#loaded.get(id);
    if (loaded === undefined) return;
    loaded.everConnected = true;
    clearTimeout(loaded.timer);
    const ms = Math.round(performance.now() - loaded.since);
    this.#options.log.info(`Extension "${id}" connected, ${ms} ms after it was loaded`);
  }

  #disconnected(id: string | undefined): void {
    const loaded = id === undefined ? undefined : this.#loaded.get(id);
    if (loaded === undefined || this.#stopping) return;
    this.#options.log.info(`Extension "${id}" disconnected`);
    loaded.retire?.();
  }

  #exited({ entry, everConnected, process }: Loaded, { code, signal }: GroupStatus): void {
    const { log } = this.#options;
    const how = signal === null ? `code ${code}` : signal;
    if (everConnected && code === 0) return log.info(`Extension "${entry.id}" ended with ${how}`);
    const last = process?.lastErrors() ?? [];
    const said = last.length > 0 ? `\nIts last lines on stderr:\n${last.join("\n")}` : "";
    const when = everConnected ? "" : ` before it connected.${HINTS.get(code) ?? ""}`;
    log.warning(`Extension "${entry.id}" ended with ${how}${when}${said}`);
  }

  #late({ entry, status }: Loaded): void {
    const { command, handshake, id } = entry;
    const reasons = command === undefined
      ? [
        "the program that should connect is not running",
        this.#options.authInfoExported
          ? "it has not read the port and token of this run from .tmp/auth_info.json"
          : 'it cannot know port and token: "exportAuthInfo" is off',
        "it sends another extension id, or an Origin header as browsers do",
      ]
      : status !== undefined
      ? [`its command has ended with code ${status.code}; what it printed stands above`]
      : [
        "it is still starting, or waits for input that nobody gives",
        "it connects to another port or host than it was told (it must be localhost or 127.0.0.1)",
        "it sends another extension id, or an Origin header as browsers do",
        handshake === "stdin"
          ? 'it reads --nl-* arguments, which it did not get (see "handshake")'
          : handshake === "arguments"
          ? 'it reads its credentials from stdin, which is empty (see "handshake")'
          : "it knows neither the --nl-* arguments nor the JSON on stdin",
      ];
    const seconds = (this.#options.connectMs ?? CONNECT_MS) / 1000;
    this.#options.log.warning(
      `Extension "${id}" has not connected within ${seconds} s. Likely reasons:\n- ` +
        reasons.join("\n- "),
    );
  }

  /**
   * Ends a credential with the processes that had it, or with the connection if that ends later. A
   * command that only launches a program outside of its group keeps it for the time a connection
   * may take.
   */
  #retire(loaded: Loaded, identity: Identity, secrets: string[], launched: boolean): void {
    const { credentials, hub, masker, connectMs } = this.#options;
    const { id } = loaded.entry;
    const again = () => this.#retire(loaded, identity, secrets, false);
    if (!this.#stopping && launched) {
      loaded.retirement = setTimeout(again, connectMs ?? CONNECT_MS);
      return;
    }
    if (!this.#stopping && hub.isConnected(id)) {
      loaded.retire = again;
      return;
    }
    delete loaded.retire;
    if (credentials.extension(id) === identity) credentials.revoke(id);
    masker.remove(...secrets);
  }
}

const SOURCES = new Map([
  ["both", "arguments and stdin"],
  ["arguments", "arguments"],
  ["stdin", "stdin"],
]);

/** What usual exit codes of a shell or an interpreter mean, by code. */
const HINTS = new Map([
  [2, ` If it refuses arguments it does not know, give its entry "handshake": "stdin".`],
  [126, " The command was found but may not be executed."],
  [127, " The command was not found: is it installed and on PATH?"],
]);
