/**
 * House rules as code: what reviews would otherwise have to look for.
 *
 * @module
 */

/** A folder or file under `lib/`, and its floor: a file imports only from its own or lower ones. */
const FLOORS: readonly (readonly [prefix: string, floor: number])[] = [
  ["lib/mod.ts", 7],
  ["lib/cli/", 6],
  ["lib/testing.ts", 6],
  ["lib/testing/", 6],
  ["lib/host.ts", 5],
  ["lib/host/", 5],
  ["lib/neutralino/", 4],
  ["lib/airdcpp/", 4],
  ["lib/methods/", 3],
  ["lib/packages/", 3],
  ["lib/router/", 2],
  ["lib/extensions/", 2],
  ["lib/server/", 2],
  ["lib/desktop/", 2],
  ["lib/client.ts", 2],
  ["lib/client/", 2],
  ["lib/process/", 1],
  ["lib/filesystem/", 1],
  ["lib/machine/", 1],
  ["lib/net/", 1],
  ["lib/hub/", 1],
  ["lib/config/", 1],
  ["lib/resources/", 1],
  ["lib/auth/", 1],
  ["lib/errors.ts", 1],
  ["lib/log.ts", 1],
  ["lib/line_writer.ts", 1],
  ["lib/rotating_file.ts", 1],
  ["lib/version.ts", 1],
];

function floorOf(path: string): number | undefined {
  return FLOORS.find(([prefix]) => path.startsWith(prefix))?.[1];
}

/** The part of a path from `lib/` on; `undefined` outside of it. */
function inLibrary(filename: string): string | undefined {
  const path = filename.replaceAll("\\", "/");
  const at = path.lastIndexOf("/lib/");
  return at < 0 || path.includes("/tests/") ? undefined : path.slice(at + 1);
}

function isSecretName(node: Deno.lint.Node): boolean {
  const name = node.type === "MemberExpression" ? node.property : node;
  if (name.type !== "Identifier" && name.type !== "PrivateIdentifier") return false;
  return /(token|secret|password)$/i.test(name.name);
}

function isConstant(node: Deno.lint.Node): boolean {
  return node.type === "Literal" || node.type === "TemplateLiteral" ||
    (node.type === "Identifier" && node.name === "undefined");
}

const plugin: Deno.lint.Plugin = {
  name: "outrigger",
  rules: {
    "token-comparison": {
      create(context) {
        if (inLibrary(context.filename) === undefined) return {};
        return {
          BinaryExpression(node) {
            if (!["===", "!==", "==", "!="].includes(node.operator)) return;
            const { left, right } = node;
            if (isConstant(left) || isConstant(right)) return;
            if (!isSecretName(left) && !isSecretName(right)) return;
            context.report({
              node,
              message: "Compare secrets with SecretDigest, not with an operator",
            });
          },
        };
      },
    },
    "no-console": {
      create(context) {
        const path = inLibrary(context.filename);
        if (path === undefined || path.startsWith("lib/cli/")) return {};
        return {
          MemberExpression(node) {
            if (node.object.type === "Identifier" && node.object.name === "console") {
              context.report({ node, message: "Only lib/cli writes to the terminal; take a Log" });
            }
          },
        };
      },
    },
    "method-table": {
      create(context) {
        if (!inLibrary(context.filename)?.startsWith("lib/methods/")) return {};
        return {
          Property(node) {
            if (node.key.type !== "Literal" || typeof node.key.value !== "string") return;
            if (!/^\w+\.\w+$/.test(node.key.value)) return;
            context.report({ node, message: "Method tables are Maps: objects inherit names" });
          },
        };
      },
    },
    "floors": {
      create(context) {
        const path = inLibrary(context.filename);
        if (path === undefined) return {};
        const own = floorOf(path);
        const check = (node: Deno.lint.Node, source: string) => {
          if (!source.startsWith(".")) return;
          const target = new URL(source, `file:///${path}`).pathname.slice(1);
          const floor = floorOf(target);
          if (own === undefined || floor === undefined) {
            context.report({
              node,
              message: `No floor is named for ${own === undefined ? path : target}`,
            });
          } else if (floor > own) {
            context.report({ node, message: `Floor ${own} imports ${target} of floor ${floor}` });
          }
        };
        return {
          ImportDeclaration(node) {
            check(node, node.source.value);
          },
          ExportNamedDeclaration(node) {
            if (node.source) check(node, node.source.value);
          },
          ImportExpression(node) {
            if (node.source.type === "Literal") check(node, String(node.source.value));
          },
        };
      },
    },
  },
};

export default plugin;
