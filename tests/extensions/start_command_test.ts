import { assertEquals } from "@std/assert";
import { startCommand } from "../../lib/extensions/start_command.ts";
import type { Handshake } from "../../lib/config/settings.ts";

const CREDENTIAL = { accessToken: "aaa.bbb", connectToken: "bbb" };
const ARGUMENTS = "--nl-port=4711 --nl-token=aaa.bbb --nl-extension-id=js.x";
const PAYLOAD =
  '{"nlPort":"4711","nlToken":"aaa.bbb","nlConnectToken":"bbb","nlExtensionId":"js.x"}';

function start(command: string, handshake: Handshake) {
  return startCommand({ id: "js.x", command, handshake }, { port: 4711, credential: CREDENTIAL });
}

Deno.test("startCommand() gives both the arguments, in the published order, and the JSON", () => {
  assertEquals(start("node x.js --own", "both"), {
    command: `node x.js --own ${ARGUMENTS}`,
    stdin: PAYLOAD,
    handshake: "both",
  });
});

Deno.test("startCommand() gives one of the two where the entry says so", () => {
  assertEquals(start("node x.js", "stdin"), {
    command: "node x.js",
    stdin: PAYLOAD,
    handshake: "stdin",
  });
  assertEquals(start("node x.js", "arguments"), {
    command: `node x.js ${ARGUMENTS}`,
    handshake: "arguments",
  });
});

const UNSUITABLE = [
  "(cd sub && node x.js)",
  "{ node x.js; }",
  "node x.js &",
  "node x.js;",
  "node x.js ;  ",
  "if true; then node x.js; fi",
  "while true; do node x.js; done",
  "node x.js # comment",
  "node x.js\nnode y.js",
  "node x.js |",
  "node x.js | tee log",
  "cd sub && node x.js 2>&1 | tee log",
  `node "a b.js" | grep 'x|y'`,
];
for (const command of UNSUITABLE) {
  Deno.test(`startCommand() leaves ${JSON.stringify(command)} without arguments`, () => {
    assertEquals(start(command, "both"), { command, stdin: PAYLOAD, handshake: "stdin" });
  });
}

const SUITABLE = [
  "node x.js",
  "cd sub && node x.js",
  "cd sub || exit 1; node x.js",
  "ls | sort; node x.js",
  "X=1 node x.js > log",
  "node x.js >| log",
  "node 'a)b' x",
  'node \'a|b\' "c\\"|d" e\\|f',
  "a#b",
];
for (const command of SUITABLE) {
  Deno.test(`startCommand() adds arguments to ${JSON.stringify(command)}`, () => {
    assertEquals(start(command, "both").command, `${command} ${ARGUMENTS}`);
  });
}

Deno.test("startCommand() adds arguments before the line's end that a command comes with", () => {
  assertEquals(start("node x.js\n", "both").command, `node x.js ${ARGUMENTS}`);
  assertEquals(start("node x.js \r\n\n  ", "arguments").command, `node x.js ${ARGUMENTS}`);
  assertEquals(start("node x\\ \n", "both").command, `node x\\  ${ARGUMENTS}`);
  assertEquals(start("node x.js \\\n", "both").command, `node x.js \\\n ${ARGUMENTS}`);
});
