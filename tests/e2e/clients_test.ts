import { fromFileUrl, join } from "@std/path";
import { linux, needs, pathOf, python } from "../tools.ts";
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
