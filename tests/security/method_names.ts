/**
 * The names of all native methods, read from the tables themselves, so that a new one is tested too.
 *
 * @module
 */

import type { MethodTable } from "../../lib/router/method.ts";

/** Stands for whatever a table needs of its host; none of it is used before a call. */
const nothing: unknown = new Proxy(() => nothing, {
  get: (_, name) => name === Symbol.iterator || name === "then" ? undefined : nothing,
});

/** Every method's full name, those of embedders apart. */
export async function methodNames(): Promise<string[]> {
  const folder = new URL("../../lib/methods/", import.meta.url);
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (!name.endsWith(".ts")) continue;
    const module = await import(new URL(name, folder).href) as Record<string, unknown>;
    for (const [exported, make] of Object.entries(module)) {
      if (!exported.endsWith("Methods") || typeof make !== "function") continue;
      const table: MethodTable = make(exported === "customMethods" ? {} : nothing);
      // Others are parts of one, in lists.
      if (table instanceof Map) names.push(...table.keys());
    }
  }
  return names.sort();
}
