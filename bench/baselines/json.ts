/** Answers every request with a small object, made into JSON each time. */

const system = {
  api_version: 1,
  api_feature_level: 10,
  path_separator: "/",
  platform: "linux",
  hostname: Deno.hostname(),
  cid: "A".repeat(39),
  client_version: "bare",
  client_started: Math.floor(Date.now() / 1000),
  language: "en-US",
};

Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: ({ port }) => console.log(port) },
  () => Response.json(system),
);
