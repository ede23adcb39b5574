/**
 * Where the app's pages are.
 *
 * @module
 */

import { MODES } from "../config/schema.ts";
import type { Settings } from "../config/settings.ts";

/** The page to open (contracts: Neutralino 2.2). */
export function navigationUrl({ url, enableServer }: Settings, port: number): string {
  if (!enableServer) return url ?? "https://neutralino.js.org";
  const base = `http://127.0.0.1:${port}`;
  return url === undefined ? base : url.startsWith("/") ? base + url : url;
}

/** The app's pages may come from another server, such as a development server. */
export function originOf(url: string | undefined): string[] {
  return url !== undefined && /^https?:/.test(url) && URL.canParse(url)
    ? [new URL(url).origin]
    : [];
}

/** Section 2.1: the real port, at the root and in every mode. */
export function withPort(raw: Record<string, unknown>, port: number): Record<string, unknown> {
  const modes = { ...(raw.modes as Record<string, object> | undefined) };
  for (const mode of MODES) modes[mode] = { ...modes[mode], port };
  return { ...raw, port, modes };
}
