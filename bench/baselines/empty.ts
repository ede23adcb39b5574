/** A server that does nothing: `empty.ts [port]`. Prints its address, as `Deno.serve` does. */

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0] ?? 0) }, () => new Response());
