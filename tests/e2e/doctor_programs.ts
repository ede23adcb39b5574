/**
 * Extensions that misbehave, each in a way of its own, and the verdict that each must get.
 *
 * @module
 */

/** Does by hand what a WebSocket library does, and what none should. */
const BAD_JS = `
const [how, other] = Deno.args;
const text = await new Response(Deno.stdin.readable).text();
const { nlPort, nlConnectToken: token, nlExtensionId: id } = text === "" ? {} : JSON.parse(text);
async function knock(query, headers = {}, version = "13") {
  const socket = await Deno.connect({ hostname: "127.0.0.1", port: Number(nlPort) });
  const lines = Object.entries({
    Host: "127.0.0.1:" + nlPort,
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": version,
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ...headers,
  }).map(([name, value]) => name + ": " + value + "\\r\\n");
  const request = "GET /?" + query + " HTTP/1.1\\r\\n" + lines.join("") + "\\r\\n";
  await socket.write(new TextEncoder().encode(request));
  await socket.read(new Uint8Array(1000));
  socket.close();
}
const mine = "extensionId=" + id + "&connectToken=" + token;
if (how === "leaves") await knock(mine);
if (how === "token") await knock("extensionId=" + id + "&connectToken=" + "x".repeat(49));
if (how === "origin") await knock(mine, { Origin: "https://evil.example" });
if (how === "host") await knock(mine, { Host: "my-machine.local:" + nlPort });
if (how === "id") await knock("extensionId=js.typo&connectToken=" + token);
if (how === "no-id") await knock("connectToken=" + token);
if (how === "no-token") await knock("extensionId=" + id);
if (how === "malformed") await knock(mine, {}, "8");
if (how === "port") {
  const { connect } = await import("node:net");
  connect(1, "127.0.0.1").on("error", (error) => console.log("Connection error: " + error.message));
}
if (how === "other-port") await Deno.connect({ hostname: "127.0.0.1", port: Number(other) });
if (how === "url") new WebSocket("ws://localhost:" + Deno.args[1]);
if (how === "empty") JSON.parse(text);
setInterval(() => {}, 1000);
`;

const WAITS_JS = `for await (const part of Deno.stdin.readable) console.log(part.length);`;

/** Files of the app. */
export const FILES = {
  "bad.js": BAD_JS,
  "waits.js": WAITS_JS,
  "waits.cjs": 'process.stdin.on("data", (part) => console.log(part.length));',
  "needs.sh": 'echo "port ${1:?} token ${2:?}"\n',
  "reads.sh": "read line\n",
};

/** What is misbehaving, and the finding that must come first: its id, and what it must mention. */
export interface Case {
  entry: Record<string, unknown> & { id: string };
  finding: string;
  /** In the verdict or its detail. */
  mentions?: string[];
  linuxOnly?: true;
  onNode?: true;
}

const deno = (file: string) => `'${Deno.execPath()}' run -A \${NL_PATH}/${file}`;
const bad = (id: string, finding: string, mentions: string[] = [], more: object = {}): Case => ({
  entry: { id: `js.${id}`, command: `${deno("bad.js")} ${id}`, handshake: "stdin", ...more },
  finding,
  mentions,
});
const shell = (
  id: string,
  command: string,
  finding: string,
  mentions: string[] = [],
  more: object = {},
): Case => ({ entry: { id: `js.${id}`, command, ...more }, finding, mentions });

const STDIN = { handshake: "stdin" };

/** @param otherPort where somebody else listens */
export function cases(otherPort: number): Case[] {
  return [
    bad("token", "wrong-token"),
    bad("origin", "foreign-origin", ["https://evil.example"]),
    bad("host", "foreign-host", ["my-machine.local"]),
    bad("id", "id-mismatch", ["js.typo", "js.id"]),
    bad("no-id", "id-mismatch", ["without its id"]),
    bad("no-token", "missing-token"),
    bad("malformed", "malformed-handshake"),
    bad("leaves", "disconnected", ["Its connection ended"]),
    bad("port", "wrong-port", ["port 1,"]),
    bad("url", "reads-arguments", ["undefined"]),
    bad("empty", "reads-stdin", [], { handshake: "arguments" }),
    {
      ...bad("other-port", "wrong-port", [`port ${otherPort},`], {
        command: `${deno("bad.js")} other-port ${otherPort}`,
      }),
      linuxOnly: true,
    },
    shell("missing", "no-such-program-9 --x", "command-not-found", ["no-such-program-9", "PATH="]),
    shell("plain", "${NL_PATH}/plain.txt", "not-executable"),
    shell("exit", "sh -c 'echo no licence >&2; exit 3'", "exited", ["code 3", "no licence"]),
    shell("killed", "kill -KILL $$ #", "exited", ["SIGKILL"], STDIN),
    shell("sort", "sort", "refuses-arguments", ["--nl-port"]),
    shell("needs", "sh ${NL_PATH}/needs.sh", "reads-arguments", [], STDIN),
    shell("group", "{ sh ${NL_PATH}/needs.sh; }", "reads-arguments", []),
    {
      ...shell("waits", "tail -f /dev/null | sh ${NL_PATH}/reads.sh", "waits-on-stdin", ["sh"]),
      linuxOnly: true,
    },
    {
      ...shell("waits.js", `tail -f /dev/null | ${deno("waits.js")}`, "waits-on-stdin", ["deno"]),
      linuxOnly: true,
    },
    {
      ...shell("waits.cjs", "tail -f /dev/null | node ${NL_PATH}/waits.cjs", "waits-on-stdin"),
      linuxOnly: true,
      onNode: true,
    },
    shell("silent", "sleep 1000", "no-attempt", [], { ...STDIN, startTimeoutMs: 1 }),
    shell("slow", "sleep 1000", "starting", [], { ...STDIN, startTimeoutMs: 600_000 }),
    shell("cwd", "true", "cannot-start", [], { cwd: "/no/such/folder" }),
    shell("manual", "true", "not-started", ["autoStart"], { autoStart: false }),
    shell("behind", "true", "cannot-start", ["js.manual2"], { dependsOn: ["js.manual2"] }),
    shell("manual2", "kill -KILL $$ #", "exited", [], STDIN),
    { entry: { id: "js.elsewhere" }, finding: "not-started-elsewhere" },
  ];
}
