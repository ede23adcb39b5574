/**
 * Gets ready what the example needs: npm packages, the client library where the page loads it from,
 * and `status.json`, in which the page reads which extension cannot run here, and what to do.
 *
 * Prints a line for what is missing and never fails: the page says the rest.
 */

interface Problem {
  problem: string;
  install: string;
}

const here = new URL("./", import.meta.url);
const library = new URL(
  "node_modules/@neutralinojs/lib/dist/neutralino.js",
  here,
);
const installed = await installPackages();
if (installed) {
  await Deno.copyFile(library, new URL("resources/neutralino.js", here));
}
const status: Record<string, Problem> = {};

if (!works("deno", "--version")) {
  status["js.hello.typescript"] = {
    problem: 'There is no "deno" on the PATH.',
    install: "npm install -g deno",
  };
}
const python = Deno.build.os === "windows" ? "python" : "python3";
if (!works(python, "--version")) {
  status["js.hello.python"] = {
    problem: `There is no "${python}" on the PATH.`,
    install: "apt install python3-websockets",
  };
} else if (![python, "/usr/bin/python3"].some((name) => works(name, "-c", "import websockets"))) {
  status["js.hello.python"] = {
    problem: "No Python here has the library websockets.",
    install: "pip install websockets   (Debian: apt install python3-websockets)",
  };
}
if (!works("node", "--version")) {
  status["js.hello.node"] = {
    problem: 'There is no "node" on the PATH.',
    install: "apt install nodejs",
  };
} else if (!installed) {
  status["js.hello.node"] = {
    problem: "The npm package ws could not be fetched.",
    install: "npm install   (in examples/hello)",
  };
}

await Deno.writeTextFile(
  new URL("resources/status.json", here),
  JSON.stringify(status),
);
for (const [id, { problem, install }] of Object.entries(status)) {
  console.log(`${id} will not run: ${problem} ${install}`);
}

async function installPackages(): Promise<boolean> {
  const present = await Promise.all(
    [library, new URL("node_modules/ws/package.json", here)].map((url) =>
      Deno.stat(url).then(() => true, () => false)
    ),
  );
  if (present.every(Boolean)) return true;
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet", "--no-lock"],
    cwd: here,
  }).output();
  if (!success) {
    console.log(
      "The client library could not be fetched from npm: is it reachable?",
    );
  }
  return success;
}

function works(program: string, ...args: string[]): boolean {
  try {
    return new Deno.Command(program, { args, stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
