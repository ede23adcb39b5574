/**
 * `outrigger completions`: what shells need to complete the commands and flags.
 *
 * @module
 */

import { FLAGS } from "../config/flags.ts";
import { type Command, CommandError, COMMON, EXIT } from "./command.ts";

/** What can be completed. */
interface Words {
  /** In the order of the help, this command itself included. */
  commands: readonly Pick<Command, "name" | "summary" | "options">[];
  /** Of a host that is started, with `=` where a value follows. */
  flags: readonly { name: string; description: string }[];
}

const SHELLS = new Map([["bash", bash], ["zsh", zsh], ["fish", fish]]);

/** The command. @param others the commands beside it */
export function completions(others: readonly Command[]): Command {
  const command: Command = {
    name: "completions",
    words: "bash|zsh|fish",
    count: [1, 1],
    summary: "Print completions for a shell",
    details: `
  bash: eval "$(outrigger completions bash)"    in ~/.bashrc
  zsh:  eval "$(outrigger completions zsh)"     in ~/.zshrc, behind compinit
  fish: outrigger completions fish > ~/.config/fish/completions/outrigger.fish`,
    options: [],
    run({ words: [shell = ""] }, terminal) {
      const print = SHELLS.get(shell);
      if (print === undefined) {
        const known = [...SHELLS.keys()].join(", ");
        const message = `No completions for ${JSON.stringify(shell)}: there are ${known}`;
        return Promise.reject(new CommandError(message, EXIT.usage));
      }
      terminal.print(print({ commands: [...others, command], flags: flagsOfHost() }));
      return Promise.resolve(EXIT.fine);
    },
  };
  return command;
}

function flagsOfHost(): Words["flags"] {
  return FLAGS.map(({ name, type, description }) => ({
    name: type === "string" || type === "integer" ? `${name}=` : name,
    description,
  }));
}

/** Long and short spellings, the long with `=` where a value follows. */
function spellings({ options }: Words["commands"][number]): string[] {
  return [...options, ...COMMON].flatMap(({ name, short, value }) => [
    ...(short === undefined ? [] : [`-${short}`]),
    `--${name}${value === undefined ? "" : "="}`,
  ]);
}

function bash({ commands, flags }: Words): string {
  const cases = commands.map((command) =>
    `    ${command.name}) words="${[...firstWords(command), ...spellings(command)].join(" ")}" ;;`
  );
  const first = [...commands.map(({ name }) => name), ...flags.map(({ name }) => `--${name}`)];
  return `_outrigger() {
  local words current="\${COMP_WORDS[COMP_CWORD]}"
  # "=" parts words: complete what stands before it only.
  if [[ $current == "=" || \${COMP_WORDS[COMP_CWORD-1]} == "=" ]]; then
    compopt -o default 2>/dev/null
    return
  fi
  case \${COMP_WORDS[1]} in
${cases.join("\n")}
    *) words="${first.join(" ")}" ;;
  esac
  if ((COMP_CWORD == 1)); then words="${first.join(" ")}"; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ \${#COMPREPLY[@]} == 1 && \${COMPREPLY[0]} == *= ]]; then compopt -o nospace 2>/dev/null; fi
}
complete -F _outrigger outrigger`;
}

function zsh({ commands, flags }: Words): string {
  const described = commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  const cases = commands.map((command) => {
    const words = [...firstWords(command), ...spellings(command)];
    return `    ${command.name}) compadd -- ${words.map((word) => `'${word}'`).join(" ")} ;;`;
  });
  return `#compdef outrigger
_outrigger() {
  local -a commands
  commands=(
${described.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    compadd -- ${flags.map(({ name }) => `'--${name}'`).join(" ")}
    return
  fi
  case $words[2] in
${cases.join("\n")}
    *) compadd -- ${flags.map(({ name }) => `'--${name}'`).join(" ")} ;;
  esac
}
compdef _outrigger outrigger`;
}

function fish({ commands, flags }: Words): string {
  const names = commands.map(({ name }) => name).join(" ");
  const start = `complete -c outrigger -n "not __fish_seen_subcommand_from ${names}"`;
  const lines = [
    "complete -c outrigger -f",
    ...commands.map(({ name, summary }) => `${start} -a ${name} -d '${quoted(summary)}'`),
    ...flags.map(({ name, description }) => {
      const value = name.endsWith("=") ? " -r" : "";
      return `${start} -l ${name.replace("=", "")}${value} -d '${quoted(description)}'`;
    }),
  ];
  for (const command of commands) {
    const seen = `complete -c outrigger -n "__fish_seen_subcommand_from ${command.name}"`;
    for (const word of firstWords(command)) lines.push(`${seen} -a ${word}`);
    for (const { name, short, value, description } of [...command.options, ...COMMON]) {
      const letter = short === undefined ? "" : ` -s ${short}`;
      const takes = value === undefined ? "" : " -r";
      lines.push(`${seen} -l ${name}${letter}${takes} -d '${quoted(description)}'`);
    }
  }
  return lines.join("\n");
}

/** Words that are known to stand behind a command. */
function firstWords({ name }: { name: string }): string[] {
  return name === "completions" ? [...SHELLS.keys()] : [];
}

/** For a place between single quotes. */
function quoted(text: string): string {
  return text.replaceAll("'", "").replaceAll(":", "\\:");
}
