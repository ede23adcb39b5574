/**
 * Small packages for measured hosts.
 *
 * @module
 */

const MAIN = `
const [url, token, name] = ["apiUrl", "authToken", "name"].map((key) =>
  process.argv.find((arg) => arg.startsWith("--" + key + "=")).slice(key.length + 3));
const post = (path, body) => fetch("http://" + url + path, {
  method: "POST", headers: { authorization: token }, body: JSON.stringify(body),
});
await post("extensions/" + name + "/ready", {});
await post("events", { text: "ready", severity: "info" });
setInterval(() => {}, 60_000);
`;

/** The name of one of them. */
export function packageName(number: number): string {
  return `airdcpp-bench-${number}`;
}

/** Puts a package that runs on Node and says when it is ready into the app's folder. */
export async function writePackage(app: string, number: number): Promise<void> {
  const name = packageName(number);
  const folder = `${app}/packages/${name}/package`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(
    `${folder}/package.json`,
    JSON.stringify({
      name,
      version: "1.0.0",
      description: "Measured",
      author: "bench",
      main: "main.mjs",
      airdcpp: { apiVersion: 1, signalReady: true },
    }),
  );
  await Deno.writeTextFile(`${folder}/main.mjs`, MAIN);
}
