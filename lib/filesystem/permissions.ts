/**
 * Permission bits by name (contracts: Neutralino 6.7).
 *
 * @module
 */

/** How `filesystem.setPermissions` combines the bits asked for with those that are there. */
export type PermissionMode = "REPLACE" | "ADD" | "REMOVE";

/** The thirteen names and the bits that each stands for. */
export const PERMISSION_MASKS: ReadonlyMap<string, number> = new Map([
  ["all", 0o777],
  ...[["owner", 6], ["group", 3], ["others", 0]].flatMap(([who, shift]) =>
    [["All", 7], ["Read", 4], ["Write", 2], ["Exec", 1]].map(([what, bits]) =>
      [`${who}${what}`, Number(bits) << Number(shift)] as [string, number]
    )
  ),
]);

/** Each name with whether all of its bits are set. */
export function namedPermissions(mode: number): Record<string, boolean> {
  return Object.fromEntries(
    [...PERMISSION_MASKS].map(([name, mask]) => [name, (mode & mask) === mask]),
  );
}

/** The bits of the names for which `isAsked` is true. */
export function permissionMask(isAsked: (name: string) => boolean): number {
  let bits = 0;
  for (const [name, mask] of PERMISSION_MASKS) if (isAsked(name)) bits |= mask;
  return bits;
}

/** The mode to set; an unknown `how` replaces. */
export function combinedMode(current: number, mask: number, how: string): number {
  if (how === "ADD") return (current & 0o7777) | mask;
  if (how === "REMOVE") return current & 0o7777 & ~mask;
  return mask;
}
