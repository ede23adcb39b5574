/** A server that does nothing: `empty.ts [port]`. Prints its port. */

Deno.serve({
  hostname: "127.0.0.1",
  port: Number(Deno.args[0] ?? 0),
  onListen: ({ port }) => console.log(port),
}, () => new Response());
