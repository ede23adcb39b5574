/**
 * Starts as many processes as a request's path says, reads what they print and waits for their end,
 * with the least that the runtime needs for it.
 */

const SMALL_BUFFER = 2048;

function start(): void {
  const process = new Deno.Command("/bin/sh", {
    args: ["-c", "sleep 1000; true"],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  const reading = [process.stdout, process.stderr].map(read);
  void Promise.all([process.status, ...reading]);
  running.push(process.pid);
}

async function read(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(SMALL_BUFFER);
  for (;;) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (done) return;
    buffer = value.buffer;
  }
}

const running: number[] = [];

Deno.addSignalListener("SIGTERM", () => {
  for (const pid of running) Deno.kill(-pid, "SIGKILL");
  Deno.exit(0);
});

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  for (let left = Number(new URL(request.url).pathname.slice(1)); left > 0; left--) start();
  return new Response("started");
});
