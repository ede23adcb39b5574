/**
 * The system that a host runs on.
 *
 * @module
 */

/** What configuration and locale depend on. */
export const SYSTEM = {
  os: Deno.build.os,
  env: (name: string) => Deno.env.get(name),
  get systemLanguage() {
    return navigator.language;
  },
};
