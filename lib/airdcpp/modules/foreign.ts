/**
 * Modules of file sharing, which this host does not have (contracts: AirDC++ 14.4).
 *
 * @module
 */

import type { ForeignAnswer } from "../dispatch.ts";
import type { Session } from "../session.ts";

/**
 * `strict`: they are not there. `compat`: listeners and hooks are accepted and collections are
 * empty, because many extensions do not survive a refusal.
 */
export type ForeignMode = "strict" | "compat";

/** What {@linkcode foreignModules} needs. */
export interface ForeignOptions {
  mode(session: Session): ForeignMode;
  /** Told once for a module and a user. */
  report(message: string): void;
}

const MODULES: ReadonlySet<string> = new Set([
  "adc_commands",
  "connectivity",
  "favorite_directories",
  "favorite_hubs",
  "filelists",
  "filesystem",
  "hash",
  "histories",
  "hubs",
  "private_chat",
  "queue",
  "search",
  "share",
  "share_profiles",
  "share_roots",
  "transfers",
  "users",
  "view_files",
]);

/** Names of users that are remembered for the report. */
const MOST_REPORTED = 1000;

/** Makes the answers for the modules of file sharing. */
export function foreignModules({ mode, report }: ForeignOptions): ForeignAnswer {
  const reported = new Set<string>();
  return (session, method, segments) => {
    const [, module = "", ...rest] = segments;
    if (!MODULES.has(module) || mode(session) !== "compat") return undefined;
    const key = `${module} ${session.user.username}`;
    if (!reported.has(key) && reported.size < MOST_REPORTED) {
      reported.add(key);
      report(
        `${session.user.username} uses module ${module}, which this host does not have: ` +
          `its events never come`,
      );
    }
    if (method === "GET") return rest.length === 0 ? { code: 200, data: [] } : undefined;
    if (method !== "POST" && method !== "DELETE") return undefined;
    // `hubs/listeners/x`, of an entity `hubs/1/listeners/x`, filtered `hubs/listeners/x/1`.
    const at = rest.findIndex((segment) => segment === "listeners" || segment === "hooks");
    return (at === 0 || at === 1) && rest.length > at + 1 ? { code: 204 } : undefined;
  };
}
