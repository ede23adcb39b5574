/**
 * What the API tells of the host (contracts: AirDC++ 12.5).
 *
 * @module
 */

import { platformName } from "../packages/platform.ts";
import { VERSION } from "../version.ts";

/** `SYSTEM` on the wire. */
export interface SystemInfo {
  api_version: number;
  api_feature_level: number;
  path_separator: string;
  platform: string;
  hostname: string;
  /** 39 characters of base32, the same at every start. */
  cid: string;
  client_version: string;
  /** Unix seconds. */
  client_started: number;
  language: string;
}

/** The version of the API (1.3). */
export const API_VERSION = 1;
/** What extensions decide by which features there are (1.3). */
export const API_FEATURE_LEVEL = 10;

/** Describes this machine and program. @param options.started milliseconds since the epoch */
export function describeSystem(
  options: { cid: string; started: number; language?: string },
): SystemInfo {
  return {
    api_version: API_VERSION,
    api_feature_level: API_FEATURE_LEVEL,
    path_separator: Deno.build.os === "windows" ? "\\" : "/",
    platform: platformName(),
    hostname: Deno.hostname(),
    cid: options.cid,
    client_version: `Outrigger ${VERSION}`,
    client_started: Math.floor(options.started / 1000),
    language: plainLanguage(options.language ?? navigator.language),
  };
}

/** Without extensions, which the runtime has for locales such as `C`: `en-US-u-va-posix`. */
function plainLanguage(tag: string): string {
  return tag === "und" ? "en-US" : tag.replace(/-[a-z\d]-.*$/i, "");
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const CID = /^[A-Z2-7]{39}$/;

/**
 * The host's own identifier, made at the first start and kept in `<folder>/cid`.
 *
 * @param folder `DIR/.outrigger`; exists
 */
export async function loadCid(folder: string): Promise<string> {
  const path = `${folder}/cid`;
  const kept = (await Deno.readTextFile(path).catch(() => "")).trim();
  if (CID.test(kept)) return kept;
  let cid = "";
  for (const byte of crypto.getRandomValues(new Uint8Array(39))) cid += BASE32[byte & 31];
  const partial = `${path}.${crypto.randomUUID()}.tmp`;
  await Deno.writeTextFile(partial, cid + "\n", { createNew: true, mode: 0o600 });
  await Deno.rename(partial, path);
  return cid;
}
