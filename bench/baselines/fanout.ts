/** Sends what comes on `/sender` to every socket of `/receiver`, in a bare loop. */

const receivers = new Set<WebSocket>();

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  const { pathname } = new URL(request.url);
  const { socket, response } = Deno.upgradeWebSocket(request);
  if (pathname === "/sender") {
    socket.onmessage = ({ data }) => {
      for (const receiver of receivers) receiver.send(data);
    };
  } else {
    socket.onopen = () => receivers.add(socket);
    socket.onclose = () => receivers.delete(socket);
  }
  return response;
});
