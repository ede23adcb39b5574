/**
 * The id of an installation (contracts: Neutralino 6.3).
 *
 * @module
 */

import { ask, machine, type MachineSource, readTrimmed } from "./source.ts";

/** What `computer.getMachineId` gives; empty where there is none. */
export async function machineId(source?: MachineSource): Promise<string> {
  const asked = machine(source);
  const { os, root } = asked;
  if (os !== "linux") return (await ask(asked, (system) => system.uuid())).os;
  return await readTrimmed(`${root}/etc/machine-id`) ??
    await readTrimmed(`${root}/var/lib/dbus/machine-id`) ?? "";
}
