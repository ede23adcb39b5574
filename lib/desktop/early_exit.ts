/**
 * Why a browser ended before it showed the app.
 *
 * @module
 */

/** A browser that ends sooner than this, and before a page connected, has failed. Milliseconds. */
export const EARLY_EXIT_MS = 10_000;

/** A browser that hands its page to another one ends sooner than this. Milliseconds. */
export const HANDOVER_MS = 3000;

/** What is known about the end. */
export interface EarlyExit {
  /** Path of the browser. */
  binary: string;
  code: number;
  /** Its last lines on stderr. */
  stderrTail: readonly string[];
  args: readonly string[];
  /** Path of the profile. */
  profile: string;
  /** Whether it ran as the superuser. */
  isRoot: boolean;
  /** Whether a display could be found. */
  hasDisplay: boolean;
}

/** The environment's part of an `EarlyExit`. */
export function surroundings(
  { os = Deno.build.os, env = Deno.env.get, uid = Deno.uid }: {
    os?: typeof Deno.build.os;
    env?: (name: string) => string | undefined;
    uid?: () => number | null;
  } = {},
): Pick<EarlyExit, "isRoot" | "hasDisplay"> {
  const needsDisplay = os !== "windows" && os !== "darwin";
  return {
    isRoot: uid() === 0,
    hasDisplay: !needsDisplay || Boolean(env("DISPLAY")) || Boolean(env("WAYLAND_DISPLAY")),
  };
}

/** A text for the user: what happened, what the browser said, what it may be. */
export function describeEarlyExit(exit: EarlyExit): string {
  const { binary, code, stderrTail, args, profile, isRoot, hasDisplay } = exit;
  const reasons: string[] = [];
  if (isRoot && !args.includes("--no-sandbox")) {
    reasons.push(
      "running as root, a browser needs --no-sandbox: set OUTRIGGER_BROWSER_ARGS=--no-sandbox",
    );
  }
  if (!hasDisplay && !args.some((arg) => arg.startsWith("--headless"))) {
    reasons.push("there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set)");
  }
  // A second browser on one profile passes its page to the first one and ends, mostly with 0.
  reasons.push(`the profile "${profile}" is in use by another browser`);
  const said = stderrTail.length === 0
    ? "It printed nothing on stderr."
    : `Its last lines were:\n${stderrTail.map((line) => `  ${line}`).join("\n")}`;
  return `The browser "${binary}" ended with code ${code} before it showed the app. ${said}\n` +
    `Likely reasons: ${reasons.join("; ")}.`;
}
