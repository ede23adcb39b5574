import { join } from "@std/path";
import type { TestHost } from "../../../lib/testing.ts";
import { missing, type Row, SUCCESS, type Table, told, WRONG_TYPE } from "../conformance.ts";

interface Executed {
  pid: number;
  exitCode: number;
  stdOut: string;
  stdErr: string;
}

const KEY = "OUTRIGGER_ROW_VARIABLE";
const FOLDER = "größer ' $(touch pwned); 文件夹";

export const os: Table = {
  name: "os",
  async rows({ folder }) {
    await Deno.mkdir(join(folder, FOLDER));
    await Deno.writeTextFile(join(folder, "file"), "");
    return [...execRows(folder), ...processRows(folder), ...environmentRows()];
  },
};

export const osDesktop: Table = {
  name: "os desktop",
  async rows(app) {
    await Deno.mkdir(join(app.folder, "full"));
    for (const path of ["full/ü", "übrig", "pointed at"]) {
      await Deno.writeTextFile(join(app.folder, path), path);
    }
    await Deno.symlink(join(app.folder, "pointed at"), join(app.folder, "link"));
    return [...trashRows(app.folder), ...desktopRows(app)];
  },
};

/** `os.execCommand`, whose answer is compared but for the process id. */
function executed(data: Record<string, unknown>, expected: Partial<Executed>): Row {
  const { exitCode, stdOut, stdErr } = { exitCode: 0, stdOut: "", stdErr: "", ...expected };
  return ["os.execCommand", data, {
    satisfies: (got: Executed) =>
      Object.keys(got).length === 4 && Number.isInteger(got.pid) && got.pid > 1 &&
      got.exitCode === exitCode && got.stdOut === stdOut && got.stdErr === stdErr,
  }];
}

/** A folder that cannot be entered: nothing runs, the shell says so (fix). */
function refusedFolder(cwd: string): Row {
  return ["os.execCommand", { command: "echo ran; echo again", cwd }, {
    satisfies: ({ exitCode, stdOut, stdErr }: Executed) =>
      exitCode === 2 && stdOut === "" && stdErr.includes("cd") && stdErr.includes(cwd),
  }];
}

function execRows(folder: string): Row[] {
  return [
    executed({ command: "echo hi; echo err >&2; exit 3" }, {
      exitCode: 3,
      stdOut: "hi\n",
      stdErr: "err\n",
    }),
    executed({ command: "echo 'grüß 世界 🎉'" }, { stdOut: "grüß 世界 🎉\n" }),
    executed({ command: "" }, {}),
    executed({ command: "exit 255" }, { exitCode: 255 }),
    // The number of the signal alone, unlike the shell's own 128 and more.
    executed({ command: "kill -KILL $$" }, { exitCode: 9 }),
    executed({ command: "kill -INT $$" }, { exitCode: 2 }),
    executed({ command: "exit 137" }, { exitCode: 137 }),
    ["os.execCommand", { command: "no-such-command-here" }, {
      satisfies: ({ exitCode, stdErr }: Executed) =>
        exitCode === 127 && stdErr.includes("no-such-command-here"),
    }],
    // Bytes that are no UTF-8, a character that is cut off by the end, and a byte order mark.
    executed({ command: "printf 'a\\377b\\303'" }, { stdOut: "a\ufffdb\ufffd" }),
    executed({ command: "printf '\\357\\273\\277x'" }, { stdOut: "\ufeffx" }),
    // Whoever holds the output delays the answer.
    executed({ command: "(sleep 0.2; echo late) & exit 4" }, { exitCode: 4, stdOut: "late\n" }),
    executed({ command: "cat; echo end", stdIn: "von außen\n" }, { stdOut: "von außen\nend\n" }),
    executed({ command: "true", stdIn: "x".repeat(300_000) }, {}),
    executed({ command: "wc -c | tr -d ' '", stdIn: "x".repeat(300_000) }, { stdOut: "300000\n" }),
    executed({ command: "pwd", cwd: folder }, { stdOut: `${folder}\n` }),
    executed({ command: "false; pwd", cwd: join(folder, FOLDER) }, {
      stdOut: `${join(folder, FOLDER)}\n`,
    }),
    executed({ command: "pwd", cwd: "" }, { stdOut: `${Deno.cwd()}\n` }),
    refusedFolder("-"),
    refusedFolder(join(folder, "nowhere")),
    refusedFolder(join(folder, "file")),
    refusedFolder("$(echo oops); echo `oops`; exit 9"),
    refusedFolder("-P"),
    ["os.execCommand", { command: "pwd", cwd: "a\0b" }, WRONG_TYPE],
    // The whole environment: no PATH, no HOME (keep).
    ["os.execCommand", { command: "/usr/bin/env", envs: { ONLY: "dies hier", Q: "" } }, {
      satisfies({ stdOut }: Executed) {
        const names = stdOut.trim().split("\n").map((line) => line.split("=")[0]!);
        return stdOut.includes("ONLY=dies hier\n") && names.includes("Q") &&
          names.every((name) => ["ONLY", "Q", "PWD", "SHLVL", "_"].includes(name));
      },
    }],
    executed({ command: 'test -n "$PATH"', envs: {} }, {}),
    executed({ command: 'test -n "$PATH"', envs: null }, {}),
    ["os.execCommand", { command: "env", envs: { A: 1 } }, WRONG_TYPE],
    ["os.execCommand", { command: "env", envs: { A: null } }, WRONG_TYPE],
    ["os.execCommand", { command: "env", envs: ["A"] }, WRONG_TYPE],
    ["os.execCommand", { command: "env", envs: { A: "b", C: "d\0" } }, WRONG_TYPE],
    executed({ command: "exit 7", background: true }, { exitCode: -1 }),
    executed({ command: "cat > given", stdIn: "zwei\n", background: true, cwd: folder }, {
      exitCode: -1,
    }),
    executed({
      command: "until grep -q zwei given; do sleep 0.02; done 2> /dev/null; cat given",
      cwd: folder,
    }, { stdOut: "zwei\n" }),
    ["os.execCommand", { command: "echo x", background: "yes" }, WRONG_TYPE],
    ["os.execCommand", {}, missing("command")],
    ["os.execCommand", { command: ["ls"] }, WRONG_TYPE],
  ];
}

function processRows(folder: string): Row[] {
  const noSuchProcess = (id: number) => ({
    fails: "NE_OS_UNLTOUP",
    message: `Unable to update process id: ${id}`,
  });
  const update = (event: string, data?: string) => ({ id: 0, event, data });
  return [
    ["os.getSpawnedProcesses", {}, { gives: [] }],
    ["os.spawnProcess", { command: "cat; sleep 60", cwd: join(folder, FOLDER) }, {
      satisfies: ({ id, pid }: { id: number; pid: number }) => id === 0 && pid > 1,
    }],
    ["os.getSpawnedProcesses", {}, {
      satisfies: (all: { id: number; pid: number }[]) =>
        all.length === 1 && all[0]!.id === 0 && all[0]!.pid > 1,
    }],
    ["os.updateSpawnedProcess", update("stdIn", "größer\n"), SUCCESS],
    ["os.updateSpawnedProcess", update("stdIn"), SUCCESS],
    ["os.updateSpawnedProcess", update("stdinEnd"), noSuchProcess(0)],
    ["os.updateSpawnedProcess", update(""), noSuchProcess(0)],
    ["os.updateSpawnedProcess", { id: 1, event: "exit" }, noSuchProcess(1)],
    ["os.updateSpawnedProcess", { id: -1.5, event: "stdIn", data: "x" }, noSuchProcess(-1)],
    ["os.updateSpawnedProcess", { id: 0, event: "exit", data: 1 }, WRONG_TYPE],
    ["os.updateSpawnedProcess", update("stdInEnd"), SUCCESS],
    ["os.updateSpawnedProcess", update("stdInEnd"), SUCCESS],
    ["os.updateSpawnedProcess", update("stdIn", "late"), noSuchProcess(0)],
    ["os.updateSpawnedProcess", { id: 0.9, event: "exit" }, SUCCESS],
    ["os.spawnProcess", { command: "exit", envs: { A: [] } }, WRONG_TYPE],
    ["os.spawnProcess", { command: "exit", envs: ["A"] }, WRONG_TYPE],
    ["os.spawnProcess", { command: "pwd", cwd: 1 }, WRONG_TYPE],
    // What was refused took no number.
    ["os.spawnProcess", { command: "exit", cwd: "/nowhere" }, {
      satisfies: ({ id }: { id: number }) => id === 1,
    }],
  ];
}

function environmentRows(): Row[] {
  const unset = { fails: "NE_OS_UNLTOUV", message: "Unable to set environment variable" };
  const unknown = (name: string) => ({
    fails: "NE_OS_INVKNPT",
    message: `Invalid platform path name: ${name}`,
  });
  const names = "config data cache documents pictures music video downloads desktop " +
    "saveGames1 saveGames2 temp home";
  return [
    ["os.setEnv", { key: KEY, value: "größer = 1" }, SUCCESS],
    ["os.getEnv", { key: KEY }, { gives: "größer = 1" }],
    executed({ command: `echo "$${KEY}"` }, { stdOut: "größer = 1\n" }),
    ["os.getEnvs", {}, {
      satisfies: (all: Record<string, string>) =>
        all[KEY] === "größer = 1" &&
        Object.values(all).every((value) => typeof value === "string"),
    }],
    ["os.setEnv", { key: KEY, value: "" }, SUCCESS],
    ["os.getEnv", { key: KEY }, {
      satisfies(value: string) {
        const set = Deno.env.has(KEY);
        Deno.env.delete(KEY);
        return set && value === "";
      },
    }],
    ["os.getEnv", { key: KEY }, { gives: "" }],
    ["os.getEnv", { key: "" }, { gives: "" }],
    ["os.getEnv", { key: "A=B" }, { gives: "" }],
    ["os.getEnv", { key: "A\0" }, { gives: "" }],
    ["os.setEnv", { key: "", value: "x" }, unset],
    ["os.setEnv", { key: "A=B", value: "x" }, unset],
    ["os.setEnv", { key: "A\0", value: "x" }, unset],
    ["os.setEnv", { key: KEY, value: "x\0" }, unset],
    ["os.setEnv", { value: "x" }, missing("key")],
    ["os.setEnv", { key: KEY }, missing("value")],
    ["os.setEnv", { key: KEY, value: 1 }, WRONG_TYPE],
    ["os.getLocaleInfo", {}, {
      satisfies: (info: Record<string, string>) =>
        Object.keys(info).sort().join() === "language,locale,region" &&
        info.locale!.startsWith(info.language!) && info.locale!.endsWith(info.region!),
    }],
    ...names.split(" ").map((name): Row => ["os.getPath", { name }, {
      satisfies: (path: string) => /^(\/|[A-Z]:\/)([^\\]*[^/\\])?$/.test(path),
    }]),
    ["os.getPath", { name: "savedGames1" }, unknown("savedGames1")],
    ["os.getPath", { name: "" }, unknown("")],
    ["os.getPath", { name: "__proto__" }, unknown("__proto__")],
  ];
}

function trashRows(folder: string): Row[] {
  const refused = (path: string) => ({
    fails: "NE_OS_UNLTRAS",
    message: `Unable to move ${path} item to trash`,
  });
  const trashed = (name: string, inTrash: string, content: string): Row[] => {
    const path = join(folder, name);
    return [
      ["os.trashItem", { path }, told(`${path} was moved to trash`)],
      ["os.execCommand", { command: `cat "Trash/files/${inTrash}"; ls`, cwd: folder }, {
        satisfies: ({ stdOut }: Executed) =>
          stdOut.startsWith(content) && !stdOut.slice(content.length).split("\n").includes(name),
      }],
    ];
  };
  return [
    ...trashed("übrig", "übrig", "übrig"),
    ...trashed("full", "full/ü", "full/ü"),
    executed({ command: "mkdir full; echo 2 > full/ü", cwd: folder }, {}),
    ...trashed("full", "full.2/ü", "2\n"),
    // The link goes and not what it points to; the original trashes the latter (any).
    ...trashed("link", "link", "pointed at"),
    executed({ command: "test -L Trash/files/link && cat 'pointed at'", cwd: folder }, {
      stdOut: "pointed at",
    }),
    ["os.trashItem", { path: join(folder, "gone") }, refused(join(folder, "gone"))],
    ["os.trashItem", { path: join(folder, "$&") }, refused(join(folder, "$&"))],
    // A folder into itself.
    ["os.trashItem", { path: `${folder}/Trash` }, refused(`${folder}/Trash`)],
  ];
}

function desktopRows(app: TestHost): Row[] {
  const text = { title: "Titel", content: "größer" };
  const filters = [{ name: "Bilder", extensions: ["png", "*"] }];
  const wrongFilters = [
    [{ name: "x" }],
    [{ extensions: [] }],
    [{ name: "x", extensions: "png" }],
    [{ name: "x", extensions: [1] }],
    [{ name: 1, extensions: [] }],
    ["png"],
    [null],
  ];
  const noTray = { fails: "NE_OS_TRAYIER", message: "Unable to initialize the tray menu" };
  const icons = ["INFO", "WARNING", "ERROR", "QUESTION"];
  const choices = [
    "OK",
    "OK_CANCEL",
    "YES_NO",
    "YES_NO_CANCEL",
    "RETRY_CANCEL",
    "ABORT_RETRY_IGNORE",
  ];
  const urls = ["https://example.org/$(reboot)?a=ü&b", "--help", ""];
  return [
    ...urls.map((url): Row => ["os.open", { url }, {
      satisfies: (answer: unknown) =>
        JSON.stringify(answer) === '{"success":true}' && app.opened.at(-1) === url,
    }]),
    ["os.showOpenDialog", {}, { gives: [] }],
    ["os.showOpenDialog", { title: "x", filters, multiSelections: true, defaultPath: "/ü" }, {
      gives: [],
    }],
    ["os.showFolderDialog", { title: null, defaultPath: "/ü" }, { gives: "" }],
    ["os.showSaveDialog", { filters, forceOverwrite: true }, { gives: "" }],
    ...wrongFilters.flatMap((filters): Row[] => [
      ["os.showOpenDialog", { filters }, WRONG_TYPE],
      ["os.showSaveDialog", { filters }, WRONG_TYPE],
    ]),
    ["os.showNotification", text, SUCCESS],
    ...icons.map((icon): Row => ["os.showNotification", { ...text, icon }, SUCCESS]),
    ["os.showNotification", { ...text, icon: "info" }, {
      fails: "NE_OS_INVNOTA",
      message: "Invalid notification style arguments: info",
    }],
    ["os.showNotification", { content: "x" }, missing("title")],
    ["os.showNotification", { title: "x" }, missing("content")],
    ...choices.map((choice): Row => ["os.showMessageBox", { ...text, choice }, { gives: "OK" }]),
    ...icons.map((icon): Row => ["os.showMessageBox", { ...text, icon }, { gives: "OK" }]),
    ["os.showMessageBox", { ...text, choice: "MAYBE" }, {
      fails: "NE_OS_INVMSGA",
      message: "Invalid message box style arguments: MAYBE/INFO",
    }],
    ["os.showMessageBox", { ...text, icon: "" }, {
      fails: "NE_OS_INVMSGA",
      message: "Invalid message box style arguments: OK/",
    }],
    ["os.setTray", {}, noTray],
    ["os.setTray", { icon: "/i.png", menuItems: [{ id: "a", text: "-" }, { text: "ü" }] }, noTray],
    ["os.setTray", { menuItems: [{ id: "a" }] }, WRONG_TYPE],
    ["os.setTray", { menuItems: [{ text: 1 }] }, WRONG_TYPE],
    ["os.setTray", { menuItems: [{ text: "x", isChecked: "yes" }] }, WRONG_TYPE],
    ["os.setTray", { menuItems: ["x"] }, WRONG_TYPE],
  ];
}
