/** Passes every message of one of two sockets, `/app` and `/extension`, to the other; `/app/2` is a second pair. */

const sockets = new Map<string, WebSocket>();

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  const { pathname } = new URL(request.url);
  const { socket, response } = Deno.upgradeWebSocket(request);
  const other = pathname.startsWith("/app")
    ? pathname.replace("/app", "/extension")
    : pathname.replace("/extension", "/app");
  sockets.set(pathname, socket);
  socket.onmessage = (event) => sockets.get(other)?.send(event.data);
  return response;
});
