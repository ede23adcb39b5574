/** Modules of file sharing, strict and compat (14.4). */

import { assertEquals } from "@std/assert";
import { startFullDoor } from "./host_parts.ts";

const MODULES = "adc_commands connectivity favorite_directories favorite_hubs filelists " +
  "filesystem hash histories hubs private_chat queue search share share_profiles share_roots " +
  "transfers users view_files";

const CASES: [request: string, compat: number][] = [
  ["GET share_roots", 200],
  ["POST hubs/listeners/hub_message", 204],
  ["DELETE hubs/listeners/hub_message", 204],
  ["POST hubs/1/listeners/hub_message", 204],
  ["POST queue/hooks/queue_bundle_finished_hook", 204],
  ["DELETE queue/hooks/queue_bundle_finished_hook", 204],
  ["POST share/listeners/x/1", 204],
  ["GET queue/hooks/queue_bundle_finished_hook", 404],
  ["GET hubs/1", 404],
  ["POST hubs", 404],
  ["POST search", 404],
  ["PATCH hubs/listeners/x", 404],
  ["POST hubs/listeners", 404],
  ["POST hubs/1/2/listeners/x", 404],
  ["GET nonsense", 404],
  ["POST nonsense/listeners/x", 404],
  ["POST __proto__/listeners/x", 404],
];

for (const [request, status] of CASES) {
  Deno.test(`${request}: 404 when strict, ${status} when compat`, async () => {
    await using strict = await startFullDoor();
    await using compat = await startFullDoor({ compat: true });
    assertEquals((await (await strict.connect()).ask(request)).status, 404);
    const answer = await (await compat.connect()).ask(request);
    assertEquals(answer.status, status);
    if (status === 200) assertEquals(answer.data, []);
    const stranger = await compat.open();
    assertEquals((await stranger.ask(request)).status, 401);
  });
}

Deno.test("each module is reported once", async () => {
  await using door = await startFullDoor({ compat: true });
  const socket = await door.connect();
  const modules = MODULES.split(" ");
  for (const module of [...modules, ...modules]) {
    assertEquals((await socket.ask(`GET ${module}`)).status, 200, module);
    await socket.ask(`POST ${module}/listeners/x`);
  }
  assertEquals(door.reports.length, modules.length);
});
