/**
 * `outrigger ext pack`: the `.tgz` of a package.
 *
 * @module
 */

import { resolve } from "@std/path";
import { type Command, CommandError, EXIT } from "../command.ts";
import { size } from "../table.ts";

/** The command. */
export const pack: Command = {
  name: "ext pack",
  words: "[DIR]",
  count: [0, 1],
  summary: "Make the .tgz of a package, and check it as an installation would",
  details:
    `Packs what "files" of the package.json names, else everything but what .npmignore or .gitignore
names; never node_modules, but for bundledDependencies: hosts install no dependencies. The same files
give the same bytes.`,
  options: [{ name: "to", value: "DIR", description: "Folder of the .tgz. Default: this one" }],
  async run(input, terminal) {
    const { pack } = await import("../../packages/pack.ts");
    const [folder = "."] = input.words;
    const packed = await pack(resolve(folder), { to: resolve(input.text("to") ?? ".") })
      .catch((error: Error) => {
        throw new CommandError(error.message);
      });
    const { path, manifest: { name, version }, files, unpackedBytes, bytes, warnings } = packed;
    if (input.flag("json")) {
      const unpacked = unpackedBytes;
      const paths = files.map(({ path, size }) => ({ path, size }));
      terminal.json({
        path,
        name,
        version,
        bytes,
        unpacked_bytes: unpacked,
        files: paths,
        warnings,
      });
      return EXIT.fine;
    }
    for (const file of files) terminal.print(`  ${size(file.size).padStart(8)}  ${file.path}`);
    terminal.print(
      `${path}: ${files.length} file${files.length === 1 ? "" : "s"}, ${size(bytes)} ` +
        `(${size(unpackedBytes)} unpacked)`,
    );
    for (const warning of warnings) terminal.note(`outrigger: ${warning}`);
    return EXIT.fine;
  },
};
