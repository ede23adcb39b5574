/**
 * Builds the executable: `deno task compile [--target=TRIPLE] [--output=FILE]`.
 *
 * @module
 */

import { parseArgs } from "@std/cli";

/** What the host may do; CONTRIBUTING says why each. Everything else is refused by the runtime. */
const PERMISSIONS = ["net", "read", "write", "run", "env", "sys"];

const { target, output } = parseArgs(Deno.args, { string: ["target", "output"] });

const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "compile",
    "--quiet",
    ...PERMISSIONS.map((name) => `--allow-${name}`),
    // Without these a terminal would be asked, and code be read from a shared folder at each start.
    "--no-prompt",
    "--no-code-cache",
    ...(target ? [`--target=${target}`] : []),
    `--output=${output || "dist/outrigger"}`,
    "main.ts",
  ],
}).spawn().status;
Deno.exit(code);
