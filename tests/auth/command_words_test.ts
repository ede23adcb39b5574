import { assertEquals } from "@std/assert";
import { commandProblem, posixWords, windowsWords } from "../../lib/auth/command_words.ts";
import { needs, posix } from "../tools.ts";
import { generator } from "../security/hostile_paths.ts";

const POSIX: [text: string, words: string[] | undefined][] = [
  ["git", ["git"]],
  ["  git   log  ", ["git", "log"]],
  ["git log --format='%h $x;|&' -n3", ["git", "log", "--format=%h $x;|&", "-n3"]],
  ['git commit -m "two words"', ["git", "commit", "-m", "two words"]],
  ["/usr/bin/git", ["/usr/bin/git"]],
  ["'/opt/my tools/x' a", ["/opt/my tools/x", "a"]],
  ["g'i't", ["git"]],
  ["git a=b", ["git", "a=b"]],
  ["git ñandú 文", ["git", "ñandú", "文"]],
  ["git ''", ["git", ""]],
  ["", undefined],
  ["   ", undefined],
  ["PATH=/tmp git", undefined],
  ["'A'=b git", undefined],
];

/** Each is more than words, wherever it stands. */
const OPERATORS = [
  ..."; | & < > ( ) { } $ ` \\ * ? [ ] # ~ ! \n \r \t \0 \x1b \x7f".split(" "),
  "&&",
  "||",
  "$(id)",
  "${IFS}id",
  "`id`",
  "<(id)",
  ">/tmp/x",
  "2>&1",
  "'",
  '"',
  '"$(id)"',
  '"`id`"',
  '"$HOME"',
  '"\\""',
  "$'\\n'",
];

for (const [text, words] of POSIX) {
  Deno.test(`posixWords() of ${JSON.stringify(text)}`, () => assertEquals(posixWords(text), words));
}

Deno.test("posixWords() refuses every operator of the shell, wherever it stands", () => {
  for (const operator of OPERATORS) {
    for (
      const text of [
        operator,
        `git${operator}`,
        `git ${operator}`,
        `git ${operator} id`,
        `git a${operator}id`,
        `${operator}git`,
        `${operator} git`,
      ]
    ) assertEquals(posixWords(text), undefined, JSON.stringify(text));
  }
});

Deno.test({
  name: "what posixWords() takes for words, the shell takes for the same words",
  ...needs(posix),
  async fn() {
    const alphabet = [..." '\"$`\\;|&<>(){}*?#~!=ab/-.,%é\n\t", "''", '""', "$(", "a b"];
    const random = generator(7);
    const accepted: string[] = [];
    for (let round = 0; round < 200_000 && accepted.length < 400; round++) {
      const text = "w" +
        Array.from({ length: 1 + random(9) }, () => alphabet[random(alphabet.length)])
          .join("");
      if (posixWords(text) !== undefined) accepted.push(text);
    }
    // The shell itself says which words it sees: the first one is a function of this name.
    const script = accepted.map((text) => `show ${text}\nprintf '\\001'\n`).join("");
    const { stdout, code } = await new Deno.Command("/bin/sh", {
      args: ["-c", `show() { for w; do printf '%s\\002' "$w"; done; }\n${script}`],
    }).output();
    assertEquals(code, 0);
    const seen = new TextDecoder().decode(stdout).split("\x01").slice(0, -1)
      .map((line) => line.split("\x02").slice(0, -1));
    assertEquals(seen, accepted.map((text) => posixWords(text)!));
    assertEquals(accepted.length, 400);
  },
});

Deno.test("windowsWords() takes words and quoted words, and refuses what cmd.exe would act upon", () => {
  assertEquals(windowsWords('"C:\\Program Files\\x.exe" /a "b c"'), [
    "C:\\Program Files\\x.exe",
    "/a",
    "b c",
  ]);
  assertEquals(windowsWords("git log"), ["git", "log"]);
  for (
    const operator of [..."%!^&|<>()\n\r\t\0;'`*?$", "&&", "||", "%PATH%", '"', '"a"b"', 'a"b']
  ) {
    for (
      const text of [`git${operator}`, `git ${operator}`, `git "${operator}`, `${operator}git`]
    ) {
      if (text !== 'git ""') assertEquals(windowsWords(text), undefined, JSON.stringify(text));
    }
  }
  for (const operator of ["%", "!", "^", "&", "|", "<", ">"]) {
    assertEquals(windowsWords(`git "a${operator}b"`), undefined, operator);
  }
});

const RULES: [text: string, commands: string[], allowed: boolean][] = [
  ["git log", ["git"], true],
  ["git log", [], false],
  ["gitx log", ["git"], false],
  ["GIT log", ["git"], false],
  ["/usr/bin/git log", ["git"], false],
  ["/usr/bin/git log", ["/usr/bin/git"], true],
  ["git log", ["/usr/bin/git"], false],
  ["/usr/bin/../bin/git log", ["/usr/bin/git"], false],
  ["./git", ["./git"], false],
  ["bin/git", ["bin/git"], false],
  ["eval git", ["eval"], false],
  ["exec git", ["exec"], false],
  [". x", ["."], false],
  ["'eval' git", ["eval"], false],
  ["git; rm", ["git"], false],
  ["git; rm", ["git;"], false],
  ["*", ["*"], false],
];
for (const [text, commands, allowed] of RULES) {
  Deno.test(`commands ${JSON.stringify(commands)}: ${text}`, () => {
    assertEquals(commandProblem({ text }, { commands, os: "linux" }) === undefined, allowed);
  });
}

Deno.test("commandProblem() on Windows: case, .exe and the folder of a bare name", () => {
  const problem = (text: string, commands: string[], cwd = "") =>
    commandProblem({ text, cwd }, { commands, os: "windows" });
  assertEquals(problem("GIT.exe log", ["git"]), undefined);
  assertEquals(problem("git log", ["Git.EXE"]), undefined);
  assertEquals(problem('"C:/Tools/x.exe" a', ["c:\\tools\\X"]), undefined);
  assertEquals(problem("git log", ["git"], "C:\\evil"), "git in another folder");
  assertEquals(problem("\\\\server\\x", ["\\\\server\\x"]), "\\\\server\\x");
  assertEquals(problem(".\\git", [".\\git"]), ".\\git");
  assertEquals(problem("start git", ["start"]), "start");
  assertEquals(problem("C:git", ["C:git"]), "C:git");
});

Deno.test("commandProblem() refuses variables of the environment: PATH could name another program", () => {
  const rule = { commands: ["git"], os: "linux" } as const;
  assertEquals(
    commandProblem({ text: "git", setsEnvironment: true }, rule),
    "variables of the environment",
  );
});
