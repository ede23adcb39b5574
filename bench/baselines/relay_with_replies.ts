/** Like `relay.ts`, but also answers each message with a short text, as a call is answered. */

const REPLY = JSON.stringify({
  data: { success: true },
  id: "00000000-0000-4000-8000-000000000000",
  method: "extensions.dispatch",
});
const sockets = new Map<string, WebSocket>();

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  const { pathname } = new URL(request.url);
  const { socket, response } = Deno.upgradeWebSocket(request);
  const other = pathname === "/app" ? "/extension" : "/app";
  sockets.set(pathname, socket);
  socket.onmessage = (event) => {
    sockets.get(other)?.send(event.data);
    socket.send(REPLY);
  };
  return response;
});
