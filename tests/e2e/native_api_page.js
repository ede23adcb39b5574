// Runs in a page: calls every native method that a machine without a desktop can do through the
// client library, and writes down which were called and what was not as expected.

const calledMethods = new Set();
const failures = [];
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (frame) {
  calledMethods.add(JSON.parse(frame).method);
  return send.call(this, frame);
};

const {
  app,
  computer,
  custom,
  debug,
  events,
  extensions,
  filesystem: fs,
  net,
  os,
  resources,
  server,
  storage,
} = Neutralino;
const windows = NL_OS === "Windows";
const folder = `${NL_PATH}/native ünï`;

function same(what, actual, expected) {
  const [a, b] = [actual, expected].map((value) => JSON.stringify(value));
  if (a !== b) failures.push(`${what}: ${a} instead of ${b}`);
}

function holds(what, condition) {
  if (!condition) failures.push(what);
}

const code = (promise) =>
  promise.then((value) => `success ${JSON.stringify(value)}`, (e) => e.code);
const bytes = (...values) => new Uint8Array(values).buffer;
const list = (buffer) => [...new Uint8Array(buffer)];

/** Data of events of a name from now on. */
function collect(name) {
  const data = [];
  events.on(name, ({ detail }) => data.push(detail));
  return data;
}

async function until(what, condition) {
  const end = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > end) return failures.push(`no ${what} within 10 s`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Calls a method that the library has no function for. */
function raw(method, data) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(
      `ws://${location.hostname}:${NL_PORT}?connectToken=${NL_TOKEN.split(".")[1]}`,
    );
    const id = crypto.randomUUID();
    socket.onopen = () => socket.send(JSON.stringify({ id, method, data, accessToken: NL_TOKEN }));
    socket.onmessage = (event) => {
      const message = JSON.parse(event.data);
      if (message.id !== id) return;
      socket.close();
      if (message.data.error) reject(message.data.error);
      else resolve(message.data.returnValue);
    };
  });
}

const steps = {
  async app() {
    const hello = collect("hello");
    await app.broadcast("hello", { a: 1 });
    await until("hello", () => hello.length === 1);
    same("broadcast", hello, [{ a: 1 }]);
    same("config", (await app.getConfig()).applicationId, NL_APPID);
    same("pid", await app.getProcessId(), NL_PID);
    same("input", await app.readProcessInput(), "");
    await app.writeProcessOutput("to stdout\n");
    await app.writeProcessError("to stderr\n");
    await debug.log("the page logs", "WARNING");
    same("custom methods", await custom.getMethods(), []);
  },

  async messages() {
    const all = collect("toAll");
    await events.broadcast("toAll", [1]);
    await until("toAll", () => all.length === 1);
    same("stats", await extensions.getStats(), { loaded: [], connected: [] });
    await extensions.broadcast("nobody hears");
    same("not loaded", await code(extensions.dispatch("none", "e")), "NE_EX_EXTNOTL");
    same(
      "not connected",
      await code(raw("extensions.dispatch", { extensionId: "none", event: "e" })),
      "NE_EX_EXTNOTC",
    );
  },

  async files() {
    await fs.createDirectory(`${folder}/a/b`);
    same("again", await code(fs.createDirectory(`${folder}/a/b`)), "NE_FS_DIRCRER");
    const file = `${folder}/a/text ü.txt`;
    // None is waited for: they touch one file, so that they keep their order.
    const written = fs.writeFile(file, "eins ");
    const appended = fs.appendFile(file, "zwei ü");
    const read = fs.readFile(file);
    await Promise.all([written, appended]);
    same("text", await read, "eins zwei ü");
    same("slice", await fs.readFile(file, { pos: 5, size: 4 }), "zwei");
    const binary = `${folder}/a/b/binary`;
    await fs.writeBinaryFile(binary, bytes(0, 255, 128));
    await fs.appendBinaryFile(binary, bytes(7));
    same("bytes", list(await fs.readBinaryFile(binary)), [0, 255, 128, 7]);
    same("missing", await code(fs.readFile(`${folder}/none`)), "NE_FS_FILRDER");
    const large = new Uint8Array(6_000_000).map((_, i) => i * 31);
    await fs.writeBinaryFile(`${folder}/large`, large.buffer);
    const back = new Uint8Array(await fs.readBinaryFile(`${folder}/large`));
    holds(
      "six million bytes come back",
      back.length === large.length &&
        back.every((byte, i) => byte === large[i]),
    );

    const stats = await fs.getStats(file);
    same("size", [stats.size, stats.isFile, stats.isDirectory], [12, true, false]);
    holds("times", Math.abs(Date.now() - stats.modifiedAt) < 60_000);
    await fs.copy(`${folder}/a`, `${folder}/copy`);
    await fs.move(`${folder}/copy/b/binary`, `${folder}/copy/moved`);
    const entries = await fs.readDirectory(`${folder}/copy`, { recursive: true });
    same("entries", entries.map(({ entry, type }) => `${type} ${entry}`).sort(), [
      "DIRECTORY b",
      "FILE moved",
      "FILE text ü.txt",
    ]);
    await fs.remove(`${folder}/copy`);
    same("removed", await code(fs.getStats(`${folder}/copy`)), "NE_FS_NOPATHE");
  },

  async paths() {
    same("absolute", await fs.getAbsolutePath(folder), folder);
    same("relative", await fs.getRelativePath(`${folder}/a/b`, `${folder}/a`), "b");
    same("joined", await fs.getJoinedPath(folder, "a", "..", "a", "b"), `${folder}/a/b`);
    same("normal", await fs.getNormalizedPath(`${folder}/`), folder);
    same("unnormal", await fs.getUnnormalizedPath("a/b"), windows ? "a\\b" : "a/b");
    const parts = await fs.getPathParts(`${folder}/c.tar.gz`);
    same("parts", [parts.filename, parts.stem, parts.extension], ["c.tar.gz", "c.tar", ".gz"]);
  },

  async permissions() {
    const file = `${folder}/mode`;
    await fs.writeFile(file, "");
    await fs.access(file, 4);
    same("no access", await code(fs.access(`${folder}/none`)), "NE_FS_ACSFAIL");
    if (windows) return;
    await fs.chmod(file, 0o640);
    const { ownerRead, groupRead, groupWrite, othersRead } = await fs.getPermissions(file);
    same("mode", [ownerRead, groupRead, groupWrite, othersRead], [true, true, false, false]);
    same(
      "mask",
      await fs.setPermissions(file, { ownerRead: true, groupRead: true }, "REPLACE"),
      288,
    );
    await fs.chown(file, -1, -1);
  },

  async streams() {
    const file = `${folder}/stream`;
    await fs.writeFile(file, "0123456789");
    const seen = collect("openedFile");
    const id = await fs.openFile(file);
    await fs.updateOpenedFile(id, "read", 4);
    await fs.updateOpenedFile(id, "readAllBinary", 4);
    same(
      "blocks",
      seen.map(({ action, data }) => action === "dataBinary" ? list(data) : `${action} ${data}`),
      [
        "data 0123",
        [52, 53, 54, 55],
        [56, 57],
        "end null",
      ],
    );
    same("info", await fs.getOpenedFileInfo(id), { id, eof: true, pos: -1, lastRead: 2 });
    await fs.updateOpenedFile(id, "close");
    same("closed", await code(fs.getOpenedFileInfo(id)), "NE_FS_UNLTFOP");
  },

  async watchers() {
    const watched = `${folder}/watched`;
    await fs.createDirectory(watched);
    const seen = collect("watchFile");
    const id = await fs.createWatcher(watched);
    same("watchers", await fs.getWatchers(), [{ id, path: watched }]);
    await fs.writeFile(`${watched}/new`, "x");
    await until("watchFile", () => seen.length > 0);
    const { action, dir, filename } = seen[0] ?? {};
    same("event", [action, dir, filename, seen[0]?.id], ["add", watched, "new", id]);
    same("removed", await fs.removeWatcher(id), id);
    same("none left", await fs.getWatchers(), []);
  },

  async retired() {
    await raw("filesystem.copyFile", { source: `${folder}/mode`, destination: `${folder}/mode2` });
    await raw("filesystem.moveFile", { source: `${folder}/mode2`, destination: `${folder}/mode3` });
    await raw("filesystem.removeFile", { path: `${folder}/mode3` });
    await fs.createDirectory(`${folder}/empty`);
    await raw("filesystem.removeDirectory", { path: `${folder}/empty` });
    same("gone", await code(fs.getStats(`${folder}/empty`)), "NE_FS_NOPATHE");
  },

  async processes() {
    const { exitCode, stdOut, stdErr } = await os.execCommand("echo out; echo err >&2; exit 3");
    same("command", [exitCode, stdOut.trim(), stdErr.trim()], [3, "out", "err"]);
    same("stdin", (await os.execCommand("cat", { stdIn: "typed" })).stdOut, "typed");
    same("cwd", (await os.execCommand("pwd", { cwd: folder })).stdOut.trim(), folder);
    const seen = collect("spawnedProcess");
    const { id, pid } = await os.spawnProcess("cat; exit 5");
    holds(
      "listed",
      (await os.getSpawnedProcesses()).some((each) => each.id === id && each.pid === pid),
    );
    await os.updateSpawnedProcess(id, "stdIn", "grüß");
    await os.updateSpawnedProcess(id, "stdInEnd");
    await until("exit", () => seen.some(({ action }) => action === "exit"));
    same("events", seen.map((event) => [event.id, event.action, event.data]), [
      [id, "stdOut", "grüß"],
      [id, "exit", 5],
    ]);
    same("empty", await os.getSpawnedProcesses(), []);
    same("unknown", await code(os.updateSpawnedProcess(id, "exit")), "NE_OS_UNLTOUP");
  },

  async environment() {
    await os.setEnv("OUTRIGGER_PAGE", "set");
    same("variable", await os.getEnv("OUTRIGGER_PAGE"), "set");
    same("all", (await os.getEnvs()).OUTRIGGER_PAGE, "set");
    same("locale", (await os.getLocaleInfo()).locale, NL_LOCALE);
    holds("temp", (await os.getPath("temp")).length > 0);
    same("path", await code(os.getPath("nowhere")), "NE_OS_INVKNPT");
    same("trash", await code(os.trashItem(`${folder}/none`)), "NE_OS_UNLTRAS");
    await fs.writeFile(`${folder}/waste`, "");
    await os.trashItem(`${folder}/waste`);
    same("trashed", await code(fs.getStats(`${folder}/waste`)), "NE_FS_NOPATHE");
  },

  async computer() {
    same("arch", await computer.getArch(), NL_ARCH);
    holds("kernel", /^\d+\.\d+\.\d+-\d+$/.test((await computer.getKernelInfo()).version));
    holds("os", (await computer.getOSInfo()).name.length > 0);
    holds("memory", (await computer.getMemoryInfo()).physical.total > 1e8);
    const { logicalThreads, physicalCores } = await computer.getCPUInfo();
    same("threads", logicalThreads, navigator.hardwareConcurrency);
    holds("cores", physicalCores >= 1 && physicalCores <= logicalThreads);
    holds("disks", Array.isArray(await computer.getDisks()));
    holds("gpus", Array.isArray(await raw("computer.getGPUInfo")));
    holds("host name", (await computer.getHostname()).length > 0);
    same("machine", typeof await computer.getMachineId(), "string");
    const addresses = Object.values(await computer.getNetworkInterfaces()).flat();
    holds(
      "loopback",
      addresses.some(({ address, isInternal }) => address === "127.0.0.1" && isInternal),
    );
  },

  async network() {
    const url = `http://127.0.0.1:${NL_PORT}/js/neutralino.js`;
    const { status, body, version } = await net.get(url);
    same("response", [status, version], [200, "HTTP/1.1"]);
    holds("body", body.includes("Neutralino"));
    same("refused", await code(net.get("http://127.0.0.1:1/")), "NE_NW_HTTPERR");
  },

  async resources() {
    holds("files", (await resources.getFiles()).includes("/resources/index.html"));
    same("stats", (await resources.getStats("/resources/js")).isDirectory, true);
    holds("text", (await resources.readFile("/resources/index.html")).includes("<title>"));
    holds("bytes", (await resources.readBinaryFile("/resources/index.html")).byteLength > 20);
    await resources.extractFile("/resources/index.html", `${folder}/x/index.html`);
    await resources.extractDirectory("/resources", `${folder}/extracted`);
    holds("extracted", (await fs.getStats(`${folder}/extracted/js/neutralino.js`)).size > 1000);
  },

  async mounts() {
    await server.mount("/files", folder);
    same("mounts", await server.getMounts(), { "/files": folder });
    same("served", await (await fetch("/files/a/text ü.txt")).text(), "eins zwei ü");
    await server.unmount("/files");
    same("gone", (await fetch("/files/a/text ü.txt")).status, 404);
  },

  async storage() {
    await storage.setData("key", "wert");
    same("data", await storage.getData("key"), "wert");
    same("keys", await storage.getKeys(), ["key"]);
    await storage.removeData("key");
    await storage.clear();
    same("cleared", await code(storage.getKeys()), "NE_ST_NOSTDIR");
  },

  async desktop() {
    same("clipboard", await Neutralino.clipboard.getFormat(), "unknown");
    same("displays", await computer.getDisplays(), []);
    same("dialog", await os.showOpenDialog(), []);
    same("box", await os.showMessageBox("t", "c"), "OK");
    same("pointer", await computer.getMousePosition(), { x: 0, y: 0 });
    if (NL_MODE === "window") return;
    holds("window", (await Neutralino.window.getTitle()).message.startsWith("Discarded."));
  },
};

Neutralino.init();
Neutralino.events.on("ready", async () => {
  for (const [name, step] of Object.entries(steps)) {
    try {
      await step();
    } catch (error) {
      failures.push(`${name} stopped: ${error.stack ?? JSON.stringify(error)}`);
    }
  }
  if (failures.length > 0) await debug.log(failures.join("\n"), "ERROR");
  const report = { mode: NL_MODE, failures, called: [...calledMethods] };
  await fs.writeFile(`${NL_PATH}/report.json.partial`, JSON.stringify(report));
  await fs.move(`${NL_PATH}/report.json.partial`, `${NL_PATH}/report.json`);
  if (NL_MODE === "window") app.exit(7);
  else app.killProcess();
});
