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
  /** The extension that a session is of, and its mode; `undefined` for users, who are refused. */
  extensionOf(session: Session): { name: string; mode: ForeignMode } | undefined;
  /** Told once for a module and an extension. */
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

/** Reports that are remembered, so that they are not made again. */
const MOST_REPORTED = 1000;

/** Makes the answers for the modules of file sharing. */
export function foreignModules({ extensionOf, report }: ForeignOptions): ForeignAnswer {
  const reported = new Set<string>();
  const reportOnce = (key: string, message: string) => {
    if (reported.has(key) || reported.size >= MOST_REPORTED) return;
    reported.add(key);
    report(message);
  };
  return (session, method, segments) => {
    const [, module = "", ...rest] = segments;
    if (!MODULES.has(module)) return undefined;
    const extension = extensionOf(session);
    if (extension === undefined) return undefined;
    const { name, mode } = extension;
    const compat = mode === "compat";
    reportOnce(
      `${mode} ${module} ${name}`,
      `${name} uses module ${module}, which this host does not have: ` +
        (compat
          ? `its events never come`
          : `it is refused. If it cannot go on so, let its grant say "foreignModules": "compat"`),
    );
    if (!compat) return undefined;
    if (method === "GET") return rest.length === 0 ? { code: 200, data: [] } : undefined;
    if (method !== "POST" && method !== "DELETE") return undefined;
    // `hubs/listeners/x`, of an entity `hubs/1/listeners/x`, filtered `hubs/listeners/x/1`.
    const at = rest.findIndex((segment) => segment === "listeners" || segment === "hooks");
    return (at === 0 || at === 1) && rest.length > at + 1 ? { code: 204 } : undefined;
  };
}
