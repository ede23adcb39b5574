/** Answers every request with the same 10,240 bytes, from memory. */

const body = new Uint8Array(10_240).fill(0x61);

Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
  () => new Response(body, { headers: { "content-type": "text/plain" } }),
);
