/**
 * `custom.*`: the methods that a program embedding the host adds (contracts: Neutralino 6.4).
 *
 * @module
 */

import { type Method, type MethodTable, returned } from "../router/method.ts";

const PREFIX = "custom.";

/** Names without their prefix, as `NL_CMETHODS` and `custom.getMethods` give them. */
export function customNames(methods: MethodTable): string[] {
  return [...methods.keys()].map((name) => name.slice(PREFIX.length));
}

/**
 * The table of `custom.*`.
 *
 * @param methods the embedder's, by full name
 * @throws {TypeError} for a name that is not `custom.<identifier>` or is `custom.getMethods`
 */
export function customMethods(methods: MethodTable): MethodTable {
  for (const name of methods.keys()) {
    if (!/^custom\.[A-Za-z_$][\w$]*$/.test(name) || name === "custom.getMethods") {
      throw new TypeError(
        `Cannot add method "${name}": expected "custom." and an identifier other than "getMethods"`,
      );
    }
  }
  const names = customNames(methods);
  return new Map<string, Method>([
    ["custom.getMethods", { run: () => returned(names) }],
    ...methods,
  ]);
}
