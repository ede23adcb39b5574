/**
 * Extensions in several languages and of both protocol generations. Each answers `ping` with the
 * broadcast `pong`, whose data say what it is and what it was given.
 *
 * @module
 */

/** For the current generation, on Deno. */
const CURRENT_TS = `
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  await new Response(Deno.stdin.readable).json();
const socket = new WebSocket("ws://127.0.0.1:" + nlPort + "?extensionId=" + nlExtensionId +
  "&connectToken=" + nlConnectToken);
socket.onmessage = (message) => {
  const { event, data } = JSON.parse(message.data);
  if (event !== "ping") return;
  socket.send(JSON.stringify({
    id: crypto.randomUUID(),
    method: "app.broadcast",
    accessToken: nlToken,
    data: { event: "pong", data: { from: nlExtensionId, args: Deno.args.length, ping: data } },
  }));
};
socket.onclose = () => Deno.exit();
`;

/** For the current generation, on Node. */
const CURRENT_CJS = `
const WebSocket = require("ws");
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const socket = new WebSocket("ws://127.0.0.1:" + nlPort + "?extensionId=" + nlExtensionId +
  "&connectToken=" + nlConnectToken);
socket.on("message", (text) => {
  const { event, data } = JSON.parse(text);
  if (event !== "ping") return;
  const args = process.argv.length - 2;
  socket.send(JSON.stringify({
    id: require("node:crypto").randomUUID(),
    method: "app.broadcast",
    accessToken: nlToken,
    data: { event: "pong", data: { from: nlExtensionId, args, ping: data } },
  }));
});
socket.on("close", () => process.exit());
`;

/** As the guide of 4.x has it: arguments, no connect token, the packages that it names. */
const PUBLISHED_CJS = `
const { v4: uuid } = require("uuid");
const WS = require("websocket").w3cwebsocket;
const argv = require("minimist")(process.argv.slice(2));
const NL_PORT = argv["nl-port"];
const NL_TOKEN = argv["nl-token"];
const NL_EXTID = argv["nl-extension-id"];
const client = new WS(\`ws://localhost:\${NL_PORT}?extensionId=\${NL_EXTID}\`);
client.onerror = () => console.log("Connection error!");
client.onopen = () => console.log("Connected");
client.onclose = () => process.exit();
client.onmessage = (e) => {
  if (typeof e.data !== "string") return;
  const message = JSON.parse(e.data);
  if (message.event !== "ping") return;
  client.send(JSON.stringify({
    id: uuid(),
    method: "app.broadcast",
    accessToken: NL_TOKEN,
    data: { event: "pong", data: { from: NL_EXTID, args: process.argv.length - 2, ping: message.data } },
  }));
};
`;

/** Sends binary frames, and tells which kind of frame an event and an answer came in. */
const BINARY_CJS = `
const WebSocket = require("ws");
const { nlPort, nlToken, nlConnectToken, nlExtensionId } =
  JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const socket = new WebSocket("ws://127.0.0.1:" + nlPort + "?extensionId=" + nlExtensionId +
  "&connectToken=" + nlConnectToken);
const frames = { beforeFirst: [], answers: [], events: [] };
let sent = false;
function send(id, method, data) {
  sent = true;
  socket.send(Buffer.from(JSON.stringify({ id, method, accessToken: nlToken, data })));
}
socket.on("message", (text, isBinary) => {
  const { id, event, data } = JSON.parse(text);
  const kind = isBinary ? "binary" : "text";
  if (id !== undefined) frames.answers.push(kind);
  else (sent ? frames.events : frames.beforeFirst).push(kind);
  if (event === "start") send("1", "app.getConfig");
  if (id === "1") send("2", "app.broadcast", { event: "answered" });
  if (event === "ping") send("3", "app.broadcast", { event: "pong", data: frames });
});
socket.on("close", () => process.exit());
`;

/** For the current generation, in Python. */
const CURRENT_PY = `
import asyncio, json, sys, uuid
import websockets

async def main():
    nl = json.load(sys.stdin)
    url = "ws://127.0.0.1:{nlPort}?extensionId={nlExtensionId}&connectToken={nlConnectToken}"
    async with websockets.connect(url.format(**nl)) as socket:
        async for text in socket:
            message = json.loads(text)
            if message.get("event") == "ping":
                pong = {"from": nl["nlExtensionId"], "args": len(sys.argv) - 1, "ping": message["data"]}
                await socket.send(json.dumps({"id": str(uuid.uuid4()), "method": "app.broadcast",
                    "accessToken": nl["nlToken"], "data": {"event": "pong", "data": pong}}))

try:
    asyncio.run(main())
except websockets.ConnectionClosed:
    pass
`;

/** As third-party engines do: any argument at all means the older generation. Ends on windowClose. */
const ENGINE_PY = `
import argparse, asyncio, json, sys, uuid
import websockets

if len(sys.argv) > 1:
    parser = argparse.ArgumentParser()
    for name in ("--nl-port", "--nl-token", "--nl-extension-id"):
        parser.add_argument(name)
    args, _ = parser.parse_known_args()
    port, token, extension = args.nl_port, args.nl_token, args.nl_extension_id
    url = f"ws://localhost:{port}?extensionId={extension}"
else:
    nl = json.loads(sys.stdin.read())
    port, token, extension = nl["nlPort"], nl["nlToken"], nl["nlExtensionId"]
    url = f"ws://localhost:{port}?extensionId={extension}&connectToken={nl['nlConnectToken']}"

async def main():
    async with websockets.connect(url) as socket:
        async for text in socket:
            message = json.loads(text)
            if message.get("event") == "windowClose":
                print("engine: windowClose", flush=True)
                return
            if message.get("event") == "ping":
                pong = {"from": extension, "args": len(sys.argv) - 1, "ping": message["data"]}
                await socket.send(json.dumps({"id": str(uuid.uuid4()), "method": "app.broadcast",
                    "accessToken": token, "data": {"event": "pong", "data": pong}}))

try:
    asyncio.run(main())
except websockets.ConnectionClosed:
    pass
`;

const PROGRAMS = {
  "current.ts": CURRENT_TS,
  "current.cjs": CURRENT_CJS,
  "published.cjs": PUBLISHED_CJS,
  "binary.cjs": BINARY_CJS,
  "current.py": CURRENT_PY,
  "engine.py": ENGINE_PY,
};

/** The named programs as files of an app, below `ext/`. */
export function extensionFiles(...names: (keyof typeof PROGRAMS)[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [`ext/${name}`, PROGRAMS[name]]));
}
