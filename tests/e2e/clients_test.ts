import { fromFileUrl, join } from "@std/path";
import { go, java, linux, needs, node, packages, pathOf, python } from "../tools.ts";
import { conform } from "./client_conformance.ts";

const CLIENTS = fromFileUrl(new URL("../../examples/clients", import.meta.url));

/** Copies a file of `examples/clients`. */
function copy(name: string): (folder: string) => Promise<void> {
  return (folder) => Deno.copyFile(join(CLIENTS, name), join(folder, name));
}

/** Runs a compiler in a folder of `examples/clients`. */
async function run(program: string, args: string[], folder: string): Promise<void> {
  const cwd = join(CLIENTS, folder);
  const { success, stderr } = await new Deno.Command(program, { args, cwd }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
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

Deno.test("examples/clients/go does all of the protocol", needs(go, linux), (t) =>
  conform(t, {
    command: "${NL_PATH}/client",
    prepare: (folder) =>
      run("go", ["build", "-o", join(folder, "client"), "client.go", "example.go"], "go"),
    exactIntegers: true,
    backend: (folder) => [join(folder, "client")],
  }));

Deno.test("examples/clients/java does all of the protocol", needs(java, linux), (t) =>
  conform(t, {
    command: "java -cp ${NL_PATH}/classes Example",
    prepare: (folder) =>
      run("javac", ["-d", join(folder, "classes"), "Client.java", "Example.java"], "java"),
    exactIntegers: true,
    backend: (folder) => ["java", "-cp", join(folder, "classes"), "Example"],
  }));
