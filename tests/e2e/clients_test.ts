import { fromFileUrl, join } from "@std/path";
import { linux, needs, node, packages, pathOf, python } from "../tools.ts";
import { conform } from "./client_conformance.ts";

const CLIENTS = fromFileUrl(new URL("../../examples/clients", import.meta.url));

/** Copies a file of `examples/clients`. */
function copy(name: string): (folder: string) => Promise<void> {
  return (folder) => Deno.copyFile(join(CLIENTS, name), join(folder, name));
}

Deno.test(
  "examples/clients/client.py does all of the protocol",
  needs(python, linux),
  (t) =>
    conform(t, {
      command: `${pathOf(python)} \${NL_PATH}/client.py`,
      prepare: copy("client.py"),
      exactIntegers: true,
      backend: (folder) => [pathOf(python), join(folder, "client.py")],
    }),
);

Deno.test(
  "examples/clients/client.mjs does all of the protocol",
  needs(node, packages, linux),
  (t) =>
    conform(t, {
      command: "node ${NL_PATH}/client.mjs",
      async prepare(folder) {
        await copy("client.mjs")(folder);
        await Deno.symlink(pathOf(packages), join(folder, "node_modules"));
      },
      exactIntegers: false,
      backend: (folder) => ["node", join(folder, "client.mjs")],
    }),
);
