/**
 * The echo with Nagle's algorithm off, as the host has it in runtimes where `Deno.serve` leaves it on
 * (`lib/server/bind.ts`): every message is a packet of its own then, and none waits.
 */

import { bind } from "../../lib/server/bind.ts";

function handler(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = (event) => socket.send(event.data);
  return response;
}

const { port } = bind({ hostname: "127.0.0.1", port: 0, handler, ownProcess: true });
console.log(port);
