/**
 * `outrigger ext new`: the beginnings of a package.
 *
 * @module
 */

import { basename, join, resolve } from "@std/path";
import { type Command, CommandError, EXIT } from "../command.ts";

const PREFIX = "airdcpp-";

/** The command. */
export const create: Command = {
  name: "ext new",
  words: "NAME",
  count: [1, 1],
  summary: "Begin a package that runs at once",
  details:
    `Makes a folder NAME with a package that defines settings, keeps them and writes to the event log. Names
of packages begin with ${PREFIX}; it is put before NAME where it is missing.

  outrigger ext new greeter --lang=ts && outrigger ext dev ${PREFIX}greeter`,
  options: [
    {
      name: "lang",
      value: "ts|node|python",
      description: "ts: Deno, in a sandbox; node: JavaScript; python. Default: ts",
    },
    { name: "to", value: "DIR", description: "Folder to make it in. Default: this one" },
  ],
  async run(input, terminal) {
    const { isLanguage, LANGUAGES, scaffold } = await import("./scaffold/scaffold.ts");
    const { nameProblem } = await import("../../packages/manifest.ts");
    const language = input.text("lang") ?? "ts";
    if (!isLanguage(language)) {
      throw new CommandError(
        `Cannot begin a package in "${language}": there are ${LANGUAGES.join(", ")}`,
        EXIT.usage,
      );
    }
    const [word = ""] = input.words;
    const name = word.startsWith(PREFIX) ? word : PREFIX + word;
    const problem = nameProblem(name);
    if (problem !== undefined) {
      throw new CommandError(`Cannot name a package "${name}": the name ${problem}`, EXIT.usage);
    }
    const folder = join(resolve(input.text("to") ?? "."), name);
    try {
      await Deno.mkdir(folder);
    } catch (error) {
      const why = error instanceof Deno.errors.AlreadyExists
        ? "it exists already"
        : (error as Error).message;
      throw new CommandError(`Cannot make "${folder}": ${why}`);
    }
    const author = Deno.env.get("USER") ?? Deno.env.get("USERNAME") ?? "somebody";
    const files = scaffold(name, { language, author });
    for (const [path, text] of files) await Deno.writeTextFile(join(folder, path), text);
    if (input.flag("json")) {
      terminal.json({ name, folder, files: [...files.keys()] });
      return EXIT.fine;
    }
    if (name !== word) terminal.print(`Names of packages begin with ${PREFIX}: it is ${name}`);
    terminal.print(`Made ${folder}: ${[...files.keys()].join(", ")}`);
    const shown = input.text("to") === undefined ? basename(folder) : folder;
    terminal.print(`Run it: outrigger ext dev ${shown}`);
    return EXIT.fine;
  },
};
