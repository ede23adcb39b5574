/**
 * Answers small requests like a host, and large ones with a text that is ready: what stays is the
 * runtime's own work with a message of that size.
 */

const LENGTH = 64_000_000;

/** In one piece, as `JSON.parse` makes it. */
function answerOf(pattern: string): string {
  const returnValue = pattern.repeat(LENGTH / new TextEncoder().encode(pattern).length);
  const data = { returnValue, success: true };
  return JSON.parse(JSON.stringify(JSON.stringify({ data, id: crypto.randomUUID() })));
}

const answers: Record<string, string> = {
  "filesystem.readFile": answerOf("0123456789abcdé\n"),
  "filesystem.readBinaryFile": answerOf("MDEyMzQ1Njc4OWFi"),
};

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, (request) => {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = (event) => {
    const { id, method } = JSON.parse(event.data);
    const answer = { data: { returnValue: "x64", success: true }, id, method };
    socket.send(answers[method] ?? JSON.stringify(answer));
  };
  return response;
});
