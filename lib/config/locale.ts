/**
 * The user's locale (contracts: Neutralino 6.10, "Environment and locale").
 *
 * @module
 */

/** What `os.getLocaleInfo` answers; `locale` is also `NL_LOCALE`. */
export interface LocaleInfo {
  locale: string;
  language: string;
  region: string;
}

/** What the answer depends on. */
export interface LocaleOptions {
  os: typeof Deno.build.os;
  env: (name: string) => string | undefined;
  /** The system's own answer, such as `navigator.language`; used where no variable says more. */
  systemLanguage: string;
}

/**
 * The locale: on Windows and macOS the system's, elsewhere the first of `LC_ALL`, `LC_MESSAGES` and
 * `LANG` that is set and not empty, then the system's. Encoding and modifier are dropped.
 */
export function localeInfo({ os, env, systemLanguage }: LocaleOptions): LocaleInfo {
  const named = os === "windows" || os === "darwin"
    ? systemLanguage
    : env("LC_ALL") || env("LC_MESSAGES") || env("LANG") || systemLanguage;
  const locale = named.replace(/[.@].*$/s, "").replaceAll("_", "-");
  const parts = locale.split("-");
  return { locale, language: parts[0] ?? "", region: parts.length > 1 ? parts.at(-1) ?? "" : "" };
}
