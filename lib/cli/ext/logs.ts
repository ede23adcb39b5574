/**
 * `outrigger ext logs`: what a package printed.
 *
 * @module
 */

import { type Command, CommandError, EXIT, PACKAGES, PATH } from "../command.ts";
import { LogTail } from "../log_tail.ts";
import { notThere } from "./installed.ts";
import { placeOf } from "./place.ts";

/** The command. */
export const logs: Command = {
  name: "ext logs",
  words: "NAME",
  count: [1, 1],
  summary: "Print what a package printed",
  details: "The host need not run. Each start begins a new file; the one before is kept.",
  options: [
    PATH,
    PACKAGES,
    { name: "stderr", description: "What went to stderr. Default: what went to stdout" },
    { name: "follow", short: "f", description: "Go on as the log grows, until interrupted" },
    {
      name: "lines",
      short: "n",
      value: "N",
      description: "So many of the last lines. Default: 20",
    },
  ],
  async run(input, terminal) {
    const { folder } = await placeOf(input);
    const [name = ""] = input.words;
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name)) throw notThere(name, await withLogs(folder));
    const stream = input.flag("stderr") ? "stderr" : "stdout";
    const path = `${folder}/${name}/logs/${stream === "stderr" ? "error" : "output"}.log`;
    // Packages keep one file aside.
    const tail = new LogTail(path, (path, number) => number === 1 ? `${path}.old` : undefined);
    const show = (line: string) =>
      terminal.print(input.flag("json") ? JSON.stringify({ source: stream, text: line }) : line);
    const lines = await tail.last(input.number("lines", 0) ?? 20);
    if (lines === undefined) {
      const there = await withLogs(folder);
      if (!there.includes(name)) throw notThere(name, there);
      if (!input.flag("follow")) throw new CommandError(`"${name}" has no log: it has not run yet`);
    }
    for (const line of lines ?? []) show(line);
    if (!input.flag("follow")) return EXIT.fine;
    for await (const line of tail.follow()) show(line);
    return EXIT.fine;
  },
};

async function withLogs(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.filter(({ name, isDirectory }) => isDirectory && !name.startsWith("."))
      .map(({ name }) => name).sort();
  } catch {
    return [];
  }
}
