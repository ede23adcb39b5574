/**
 * What a listener of changes makes of them.
 *
 * @module
 */

import type { Change } from "../../lib/filesystem/snapshot.ts";

/**
 * Applies changes to the paths that there were. What does not fit, such as a second birth or the
 * death of what is not there, throws.
 */
export function replay(paths: Iterable<string>, changes: Iterable<Change>): Set<string> {
  const now = new Set(paths);
  const take = (path: string) => {
    if (!now.delete(path)) throw new Error(`"${path}" is not there`);
  };
  const give = (path: string) => {
    if (now.has(path)) throw new Error(`"${path}" is there already`);
    const slash = path.lastIndexOf("/");
    if (slash > 0 && !now.has(path.slice(0, slash))) throw new Error(`"${path}" has no folder`);
    now.add(path);
  };
  for (const change of changes) {
    if (change.action === "add") give(change.path);
    else if (change.action === "delete") {
      take(change.path);
      const inside = [...now].find((path) => path.startsWith(`${change.path}/`));
      if (inside !== undefined) throw new Error(`"${inside}" lost its folder`);
    } else if (change.action === "moved") {
      take(change.oldPath);
      give(change.path);
      for (const path of [...now]) {
        if (!path.startsWith(`${change.oldPath}/`)) continue;
        take(path);
        now.add(change.path + path.slice(change.oldPath.length));
      }
    } else if (!now.has(change.path)) {
      throw new Error(`"${change.path}" is not there to be modified`);
    }
  }
  return now;
}
