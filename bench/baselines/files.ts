/**
 * What four calls of `filesystem.*` come to when nothing is checked: JSON in, file, JSON out.
 */

interface Call {
  id: string;
  method: string;
  data: { path: string; data: string };
}

async function answer({ method, data: { path, data } }: Call): Promise<unknown> {
  switch (method) {
    case "filesystem.readFile":
      return await Deno.readTextFile(path);
    case "filesystem.readBinaryFile":
      return (await Deno.readFile(path)).toBase64();
    case "filesystem.readDirectory":
      return await walk(path, []);
    default:
      await Deno.writeTextFile(path, data);
  }
}

async function walk(folder: string, found: object[]): Promise<object[]> {
  const folders: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    found.push({ entry: name, path, type: isDirectory ? "DIRECTORY" : "FILE" });
    if (isDirectory) folders.push(path);
  }
  for (const path of folders) await walk(path, found);
  return found;
}

export function answerFiles(request: Request): Response {
  const { socket, response } = Deno.upgradeWebSocket(request);
  socket.onmessage = async (event) => {
    const call = JSON.parse(event.data) as Call;
    const returnValue = await answer(call);
    const { id, method } = call;
    socket.send(JSON.stringify({ data: { returnValue, success: true }, id, method }));
  };
  return response;
}

if (import.meta.main) {
  Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) => console.log(port),
  }, answerFiles);
}
