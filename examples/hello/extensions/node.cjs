/**
 * An extension in JavaScript on Node, for the older protocol: arguments say where to connect and
 * with which token, and there is no connect token.
 */

const { randomUUID } = require("node:crypto");
const { parseArgs } = require("node:util");
const WebSocket = require("ws");

const { values } = parseArgs({
  options: {
    "nl-port": { type: "string" },
    "nl-token": { type: "string" },
    "nl-extension-id": { type: "string" },
  },
});
const id = values["nl-extension-id"];
const socket = new WebSocket(
  `ws://localhost:${values["nl-port"]}?extensionId=${id}`,
);

function call(method, data) {
  socket.send(
    JSON.stringify({
      id: randomUUID(),
      method,
      accessToken: values["nl-token"],
      data,
    }),
  );
}

socket.on("message", (text) => {
  // Events have a name, answers to our own calls have an id.
  const { event, data } = JSON.parse(text);
  if (event !== "ping") return;
  call("app.broadcast", {
    event: "pong",
    data: {
      from: id,
      language: "JavaScript",
      version: `Node ${process.versions.node}`,
      protocol: "older: arguments",
      ping: data,
    },
  });
});

// The host is gone, and so are we.
socket.on("close", () => process.exit());
socket.on(
  "error",
  (error) => console.error(`Cannot connect: ${error.message}`),
);
