/**
 * An extension in TypeScript, for the current protocol: one JSON object on stdin says where to
 * connect and with which tokens.
 */

const { nlPort, nlToken, nlConnectToken, nlExtensionId } = await new Response(
  Deno.stdin.readable,
).json();

const socket = new WebSocket(
  `ws://127.0.0.1:${nlPort}?extensionId=${nlExtensionId}&connectToken=${nlConnectToken}`,
);

function call(method: string, data: unknown): void {
  const id = crypto.randomUUID();
  socket.send(JSON.stringify({ id, method, accessToken: nlToken, data }));
}

socket.onmessage = (message) => {
  // Events have a name, answers to our own calls have an id.
  const { event, data } = JSON.parse(message.data);
  if (event !== "ping") return;
  call("app.broadcast", {
    event: "pong",
    data: {
      from: nlExtensionId,
      language: "TypeScript",
      version: `Deno ${Deno.version.deno}`,
      protocol: "current: JSON on stdin",
      ping: data,
    },
  });
};

// The host is gone, and so are we.
socket.onclose = () => Deno.exit();
