/**
 * A small extension for the current protocol: one JSON object on stdin says where to connect and
 * with which tokens.
 */

const { randomUUID } = require("node:crypto");
const { readFileSync } = require("node:fs");
const WebSocket = require("ws");

const { nlPort, nlToken, nlConnectToken, nlExtensionId } = JSON.parse(readFileSync(0, "utf8"));
const socket = new WebSocket(
  `ws://127.0.0.1:${nlPort}?extensionId=${nlExtensionId}&connectToken=${nlConnectToken}`,
);

socket.on("message", (text) => {
  const { event, data } = JSON.parse(text);
  if (event !== "sum") return;
  const sum = data.reduce((a, b) => a + b, 0);
  socket.send(JSON.stringify({
    id: randomUUID(),
    method: "app.broadcast",
    accessToken: nlToken,
    data: { event: "sumResult", data: sum },
  }));
});

// The host is gone, and so are we.
socket.on("close", () => process.exit());
