/**
 * How an extension is told where to connect and with what.
 *
 * @module
 */

import type { Credential } from "../auth/token.ts";
import type { ExtensionEntry, Handshake } from "../config/settings.ts";

/** What to run, and what to write to its stdin before closing it. */
export interface StartCommand {
  /** Shell text; holds the access token when `handshake` includes the arguments. */
  command: string;
  /** Absent: stdin is empty. */
  stdin?: string;
  /** The handshake that is really used. */
  handshake: Handshake;
}

/**
 * Credentials for one start of an extension: `--nl-*` arguments for the older generation
 * (contracts: Neutralino 10.1), one JSON object on stdin for the current one (4.2), or both.
 */
export function startCommand(
  entry: Pick<ExtensionEntry, "id" | "handshake"> & { command: string },
  options: { port: number; credential: Credential },
): StartCommand {
  const { port, credential: { accessToken, connectToken } } = options;
  const handshake = entry.handshake === "both" && !takesArguments(entry.command)
    ? "stdin"
    : entry.handshake;
  const words = `--nl-port=${port} --nl-token=${accessToken} --nl-extension-id=${entry.id}`;
  const payload = JSON.stringify({
    nlPort: String(port),
    nlToken: accessToken,
    nlConnectToken: connectToken,
    nlExtensionId: entry.id,
  });
  return {
    command: handshake === "stdin" ? entry.command : withArguments(entry.command, words),
    ...(handshake === "arguments" ? {} : { stdin: payload }),
    handshake,
  };
}

/** Behind an empty last line they would be a command of their own. */
function withArguments(command: string, words: string): string {
  return `${command.replace(/(?<!\\)[ \t\r]*\n\s*$/, "")} ${words}`;
}

/**
 * Whether words put behind shell text become arguments of the program that is meant. Behind a group, a
 * list that ends in an operator, a compound command or a comment they would be an error or run by
 * themselves, and behind a pipe they would go to the program that takes the output (`| tee log`), so
 * such a command gets its credentials on stdin alone.
 */
function takesArguments(command: string): boolean {
  const text = command.trimEnd();
  return !/[)};&|]$/.test(text) && !/(^|[\s;])(fi|done|esac)$/.test(text) &&
    !/(^|\s)#/.test(text) &&
    !text.includes("\n") && !endsInPipeline(text);
}

function endsInPipeline(command: string): boolean {
  const unquoted = command.replace(/\\.|'[^']*'|"(?:\\.|[^"\\])*"/gs, "");
  const last = unquoted.split(/&&|\|\||;/).at(-1)!;
  // `>|` writes to a file.
  return /(^|[^>])\|/.test(last);
}
