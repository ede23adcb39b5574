/**
 * `outrigger logs`: the log of an extension, or the host's.
 *
 * @module
 */

import type { Locations } from "../config/settings.ts";
import { type Command, CommandError, EXIT, type Input, PATH, type Terminal } from "./command.ts";
import { LogTail } from "./log_tail.ts";
import { requireApp } from "./running_host.ts";

/** The command. */
export const logs: Command = {
  name: "logs",
  words: "[ID]",
  count: [0, 1],
  summary: "Print the log of an extension; without ID, the host's",
  details: "The host need not run.",
  options: [
    PATH,
    { name: "follow", short: "f", description: "Go on as the log grows, until interrupted" },
    {
      name: "lines",
      short: "n",
      value: "N",
      description: "So many of the last lines. Default: 20",
    },
  ],
  async run(input, terminal) {
    const { locations } = await requireApp(input);
    const [id] = input.words;
    const path = id === undefined ? locations.logFile : `${locations.logsPath}/${id}.log`;
    if (id !== undefined && !/^[A-Za-z0-9_.-]+$/.test(id)) throw await noLog(id, path, locations);
    const tail = new LogTail(path);
    const lines = await tail.last(input.number("lines", 0) ?? 20);
    if (lines === undefined && !input.flag("follow")) throw await noLog(id, path, locations);
    for (const line of lines ?? []) show(line, input, terminal);
    if (!input.flag("follow")) return EXIT.fine;
    for await (const line of tail.follow()) show(line, input, terminal);
    return EXIT.fine;
  },
};

function show(line: string, input: Input, terminal: Terminal): void {
  terminal.print(input.flag("json") ? asJson(line) : line);
}

/** A line of either format as a JSON line. */
export function asJson(line: string): string {
  if (line.startsWith("{")) return line;
  const [, time, source, text] =
    /^([\d-]+ [\d:]+,\d{3}) (stdout|stderr|state|host) (.*)$/.exec(line) ??
      [];
  if (time !== undefined) return JSON.stringify({ time: iso(time), source, text });
  const [, level, at, message] = /^([A-Z]+) ([\d-]+ [\d:]+,\d{3}) (.*)$/.exec(line) ?? [];
  return JSON.stringify(
    level === undefined
      ? { text: line }
      : { time: iso(at!), level, message: message!.replace(/ outrigger:1 \S+$/, "") },
  );
}

/** The local time of a log as ISO 8601 in UTC. */
function iso(time: string): string {
  return new Date(time.replace(" ", "T").replace(",", ".")).toISOString();
}

async function noLog(
  id: string | undefined,
  path: string,
  { logsPath }: Locations,
): Promise<CommandError> {
  if (id === undefined) return new CommandError(`There is no log "${path}"`);
  const found: string[] = [];
  try {
    for await (const { name } of Deno.readDir(logsPath)) {
      if (name.endsWith(".log")) found.push(name.slice(0, -4));
    }
  } catch {
    // Then there are none.
  }
  const known = found.length === 0
    ? `"${logsPath}" has none`
    : `there are ${found.sort().join(", ")}`;
  return new CommandError(`There is no log of an extension "${id}": ${known}`);
}
