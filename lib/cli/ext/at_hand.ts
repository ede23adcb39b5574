/**
 * Changing what is installed: by the host that runs it, or on the disk where none runs.
 *
 * @module
 */

import type { PackageStore } from "../../packages/store.ts";
import { CommandError, EXIT } from "../command.ts";
import { HostApi } from "./host_api.ts";
import { requireInstalled, requireKnown } from "./installed.ts";
import type { Place } from "./place.ts";

/** What can be done to packages whether or not a host runs them. */
export interface PackagesAtHand extends AsyncDisposable {
  /** The host that runs them; absent without one. */
  readonly api: HostApi | undefined;
  /** Installs an archive of this machine. @returns why it does not run, where there is a host */
  install(archive: string): Promise<string | undefined>;
  /** Before anything is done to one of them. @throws {CommandError} when one is not there */
  require(names: readonly string[]): Promise<void>;
  remove(name: string): Promise<void>;
  setDisabled(name: string, disabled: boolean): Promise<void>;
}

/** What a host answers to an installation. */
interface Answer {
  name: string;
  running: boolean;
}

/** How it says a package stands. */
interface Standing {
  state: string;
  reason: string;
}

/**
 * The packages of a place. Without a host nobody else can change them until it is disposed of.
 *
 * @throws {CommandError} when another program is about to change them
 */
export async function atHand(place: Place): Promise<PackagesAtHand> {
  const found = await HostApi.find(place.folder);
  return typeof found === "string" ? await onDisk(place, found) : byHost(found);
}

function byHost(api: HostApi): PackagesAtHand {
  const path = (name: string) => `extensions/${encodeURIComponent(name)}`;
  return {
    api,
    async install(archive) {
      const upload = await api.upload(archive);
      const request = { upload, wait: true };
      const { name, running } = await api.post<Answer>("outrigger/packages/install", request);
      if (running) return undefined;
      const { state, reason } = await api.get<Standing>(`outrigger/packages/${name}`);
      if (state !== "failed" && state !== "stopped") return undefined;
      if (state === "failed" || reason.startsWith("it ended")) return reason;
      // An update starts only what ran (contracts: AirDC++ 3.4).
      return `it did not before. To start it: outrigger ext start ${name}`;
    },
    require: (names) => requireKnown(api, names),
    remove: (name) => api.delete(path(name)),
    setDisabled: (name, disabled) => api.patch(path(name), { disabled }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/**
 * The packages of a folder without a host: nobody else can change them until it is closed.
 *
 * @param noHost why no host can be asked
 * @throws {CommandError} when somebody else has them open
 */
export async function openStore(folder: string, noHost: string): Promise<PackageStore> {
  const { PackageStore } = await import("../../packages/store.ts");
  const store = new PackageStore(folder);
  try {
    await store.open();
    return store;
  } catch (error) {
    throw new CommandError(
      `Cannot change the packages in "${folder}": ${
        (error as Error).message
      }; and no host can be ` +
        `asked: ${noHost}`,
      EXIT.noHost,
    );
  }
}

async function onDisk({ folder }: Place, noHost: string): Promise<PackagesAtHand> {
  const store = await openStore(folder, noHost);
  return {
    api: undefined,
    async install(archive) {
      const opened = await Deno.open(archive);
      const staged = await store.stage(opened.readable);
      const replacement = await store.replace(staged);
      await replacement.accept();
      return undefined;
    },
    async require(names) {
      for (const name of names) await requireInstalled(folder, name);
    },
    remove: (name) => store.remove(name),
    setDisabled: (name, disabled) => store.setDisabled(name, disabled),
    [Symbol.asyncDispose]: () => Promise.resolve(store.close()),
  };
}
