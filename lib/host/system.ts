/**
 * The system that a host runs on.
 *
 * @module
 */

import { environmentVariable } from "../machine/environment.ts";

/** What configuration and locale depend on. */
export const SYSTEM = {
  os: Deno.build.os,
  env: environmentVariable,
  get systemLanguage() {
    return navigator.language;
  },
};
