/** A registry of our own, over TLS. */

import { DEFAULT_REGISTRY } from "../../lib/config/packages.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { NpmRegistry, type NpmRegistryOptions } from "../../lib/packages/npm_registry.ts";
import { redirectTarget } from "../../lib/packages/web_get.ts";
import { type Answers, AUTHORITY, OddServer, ok, redirect } from "../net/odd_server.ts";

const INTEGRITY = `sha512-${"A".repeat(86)}==`;
const NAME = "airdcpp-x";

type Dist = Record<string, unknown> | undefined;

interface Place {
  registry: NpmRegistry;
  /** Of the registry; the answer to each path may be changed. */
  answers: Answers;
  requests: string[];
  base: string;
  /** Says what the registry knows of a package. */
  publish(versions: readonly string[], more?: {
    tags?: Record<string, string>;
    dist?: (dist: Record<string, unknown>) => Dist;
    deprecated?: Record<string, unknown>;
  }): void;
}

async function withRegistry(
  test: (place: Place) => Promise<void>,
  options: NpmRegistryOptions = {},
): Promise<void> {
  const answers: Answers = {};
  using server = new OddServer(answers, { certificate: "good" });
  const base = `https://localhost:${server.port}/npm`;
  const requests: string[] = [];
  const registry = new NpmRegistry(`${base}/`, {
    trustedCertificates: [AUTHORITY],
    deadlineMs: 10_000,
    ...options,
  });
  await test({
    registry,
    answers,
    requests,
    base,
    publish(
      versions,
      { tags, dist = (dist: Record<string, unknown>): Dist => dist, deprecated = {} } = {},
    ) {
      const document = {
        name: NAME,
        "dist-tags": tags ?? { latest: versions.at(-1) },
        versions: Object.fromEntries(versions.map((version) => [version, {
          name: NAME,
          version,
          dist: dist({
            tarball: `${base}/${NAME}/-/${NAME}-${version}.tgz`,
            integrity: INTEGRITY,
            shasum: "ab",
          }),
          deprecated: deprecated[version],
        }])),
      };
      answers[`/npm/${NAME}`] = (request) => {
        requests.push(request);
        return ok(JSON.stringify(document));
      };
    },
  });
}

const fails = async (promise: Promise<unknown>, message: string) => {
  const error = await assertRejects(() => promise, Error);
  assert(error.message.includes(message), `"${error.message}" without "${message}"`);
};

Deno.test("NpmRegistry.resolve() finds versions, tags and ranges", () =>
  withRegistry(async ({ registry, publish, requests, base }) => {
    publish(["1.9.0", "1.10.0", "2.0.0-beta.1"], {
      tags: { latest: "1.9.0", next: "2.0.0-beta.1" },
    });
    assertEquals(await registry.resolve(NAME), {
      name: NAME,
      version: "1.9.0",
      tarball: `${base}/${NAME}/-/${NAME}-1.9.0.tgz`,
      integrity: INTEGRITY,
      shasum: "ab",
    });
    assert(requests[0]!.startsWith(`GET /npm/${NAME} HTTP/1.1\r\n`), requests[0]);
    assert(requests[0]!.includes("\r\nAccept: application/vnd.npm.install-v1+json\r\n"));
    const rows: [wanted: string, version: string][] = [
      ["latest", "1.9.0"],
      ["next", "2.0.0-beta.1"],
      ["1.10.0", "1.10.0"],
      ["^1.0.0", "1.10.0"],
      ["*", "1.10.0"],
      [">=2.0.0-alpha", "2.0.0-beta.1"],
    ];
    for (const [wanted, version] of rows) {
      assertEquals((await registry.resolve(NAME, wanted)).version, version, wanted);
    }
    for (const wanted of ["3.0.0", "^3.0.0", "nothing", "", "__proto__", "constructor"]) {
      await fails(registry.resolve(NAME, wanted), `"${wanted}"`);
    }
    publish(["1.0.0"], { tags: { latest: "9.9.9" } });
    await fails(registry.resolve(NAME), 'it has no version, tag or range "latest"');
  }));

Deno.test("NpmRegistry.newest() follows the order of versions and stays in the major one", () =>
  withRegistry(async ({ registry, publish }) => {
    const rows: [
      name: string,
      current: string,
      versions: string[],
      update: string | undefined,
      newMajor?: string,
    ][] = [
      ["semver, not letters", "1.9.0", ["1.10.0", "1.9.0", "1.9.5"], "1.10.0"],
      ["nothing newer", "1.10.0", ["1.9.0", "1.10.0"], undefined],
      ["nothing at all", "1.0.0", [], undefined],
      ["no downgrade", "1.10.1", ["1.9.0", "1.10.0"], undefined],
      ["no major", "1.0.0", ["1.0.0", "2.0.0", "10.0.0", "9.0.0"], undefined, "10.0.0"],
      ["both", "1.0.0", ["1.2.0", "1.1.0", "2.0.0"], "1.2.0", "2.0.0"],
      ["no major before its release", "1.0.0", ["2.0.0-rc.1"], undefined],
      ["nothing before its release", "1.0.0", ["1.1.0-beta.1", "1.0.1"], "1.0.1"],
      ["from one before its release", "1.1.0-beta.1", ["1.1.0-beta.2"], "1.1.0-beta.2"],
      ["to the release", "1.1.0-beta.1", ["1.1.0-beta.2", "1.1.0"], "1.1.0"],
      ["no major from one before its release", "1.0.0-a", ["2.0.0-b"], undefined],
      ["0.x is a major too", "0.9.0", ["0.10.0", "1.0.0"], "0.10.0", "1.0.0"],
      ["what is no version", "1.0.0", ["2", "9.9", "1.0.1"], "1.0.1"],
      ["an installed one that is no version", "dev", ["1.0.0"], undefined],
      ["one that was taken back", "1.0.0", ["1.0.1", "1.0.2"], "1.0.1"],
    ];
    for (const [name, current, versions, update, newMajor] of rows) {
      // Tags do not count.
      const deprecated = name.includes("taken back") ? { "1.0.2": "broken" } : { "1.0.1": "" };
      publish(versions, { tags: { latest: "0.0.1" }, deprecated });
      const newer = await registry.newest(NAME, current);
      assertEquals([newer.release?.version, newer.newMajor], [update, newMajor], name);
    }
  }));

Deno.test("NpmRegistry gives only archives that can be trusted", () =>
  withRegistry(async ({ registry, publish, base }) => {
    const other = new URL(base);
    const rows: [change: Record<string, unknown> | undefined, message: string][] = [
      [undefined, "names no archive"],
      [{ tarball: undefined }, "names no archive"],
      [{ tarball: 1 }, "names no archive"],
      [{ tarball: "http://registry.example.test/a.tgz" }, "is not encrypted"],
      [{ tarball: "file:///etc/passwd" }, "does not begin with"],
      [{ tarball: "https://example.test/a.tgz" }, 'is on "example.test"'],
      [{ tarball: "https://localhost.example.test/a.tgz" }, "which is not the registry's server"],
      [{ tarball: "https://a:b@localhost/a.tgz" }, "name or password"],
      [{ integrity: undefined }, "what its archive's digest is"],
      [{ integrity: "" }, "what its archive's digest is"],
      [{ integrity: "md5-abc" }, "names none of"],
    ];
    for (const [change, message] of rows) {
      publish(["1.0.0", "1.0.1"], { dist: (dist) => change && { ...dist, ...change } });
      await fails(registry.resolve(NAME), message);
      await fails(registry.newest(NAME, "1.0.0"), message);
    }
    const fine = [
      `https://localhost:1/a.tgz`,
      `http://localhost:${other.port}/a.tgz`,
      "https://files.example.test/a.tgz",
    ];
    for (const tarball of fine) {
      publish(["1.0.0"], { dist: (dist) => ({ ...dist, tarball, shasum: 1 }) });
      assertEquals(await registry.resolve(NAME), {
        name: NAME,
        version: "1.0.0",
        tarball,
        integrity: INTEGRITY,
      });
    }
  }, { tarballHosts: ["files.example.test:443"] }));

Deno.test("NpmRegistry says what is wrong with an answer", () =>
  withRegistry(async ({ registry, answers, base, publish }) => {
    const rows: [answer: Answers[string], message: string][] = [
      ["HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}", "there is no such package"],
      ["HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n", "answers 500"],
      [ok("<html>"), "its answer is no JSON"],
      [ok("null"), "has no versions"],
      [ok('{"versions": []}'), "has no versions"],
      [ok("{}"), "has no versions"],
      ["HTTP/1.1 200 OK\r\nContent-Length: 33554433\r\n\r\n", "more than 33554432 bytes"],
      [redirect(302, "http://example.test/"), "is not encrypted"],
    ];
    for (const [answer, message] of rows) {
      answers[`/npm/${NAME}`] = answer;
      await fails(registry.resolve(NAME), message);
    }
    answers[`/npm/${NAME}`] = ok("x");
    await fails(registry.resolve(NAME), `Cannot find "${NAME}": `);
    await fails(registry.resolve(NAME), `(registry ${base})`);
    await fails(registry.newest(NAME, "1.0.0"), `Cannot look for updates of "${NAME}": `);
    publish(["1.0.0"]);
    const names = ["", "..", "../x", "a/b", "@scope/a", "a?b", "a b", ".a", "a".repeat(215), "-"];
    for (const name of names) await fails(registry.resolve(name), "that is no name");
    assertEquals(
      await new NpmRegistry(base, { trustedCertificates: [AUTHORITY] }).newest(NAME, "1.0.0"),
      {},
    );
    await fails(new NpmRegistry(base).resolve(NAME), "certificate is not trusted");
  }));

Deno.test("NpmRegistry ends when the registry is silent, or it is called off", async () => {
  await withRegistry(async ({ registry, answers }) => {
    answers["/npm/airdcpp-x"] = "never";
    await fails(registry.resolve(NAME), "50 ms");
  }, { deadlineMs: 50 });
  const reason = new Error("no more");
  const controller = new AbortController();
  await withRegistry(async ({ registry, answers }) => {
    answers["/npm/airdcpp-x"] = "never";
    const asking = registry.resolve(NAME);
    controller.abort(reason);
    assertEquals(await assertRejects(() => asking), reason);
  }, { signal: controller.signal });
});

Deno.test("NpmRegistry.search() asks for extensions for everybody, and reads what is there", () =>
  withRegistry(async ({ registry, answers }) => {
    const asked: string[] = [];
    const about = { name: NAME, version: "1.0.0" };
    const objects: unknown[] = [
      { package: { ...about, description: "d", author: { name: "A" }, date: "2020-01-01" } },
      { package: { ...about, author: "B" } },
      { package: { ...about, publisher: { username: "C" }, description: 1 } },
      { package: { name: NAME } },
      { package: null },
      null,
      {},
    ];
    answers["/npm/-/v1/search"] = (request) => {
      asked.push(request.split(" ")[1]!);
      return ok(JSON.stringify({ objects, total: 7 }));
    };
    const found = { ...about, description: "" };
    assertEquals(await registry.search(), [
      { ...found, description: "d", author: "A", date: "2020-01-01" },
      { ...found, author: "B" },
      { ...found, author: "C" },
    ]);
    await registry.search("share & more", 5);
    await registry.search("x", 1e9);
    await registry.search("x", NaN);
    assertEquals(asked.map((path) => [...new URL(path, "http://x").searchParams.values()]), [
      ["keywords:airdcpp-extensions-public", "100"],
      ["keywords:airdcpp-extensions-public share & more", "5"],
      ["keywords:airdcpp-extensions-public x", "250"],
      ["keywords:airdcpp-extensions-public x", "100"],
    ]);
    for (const body of ["[]", "{}", '{"objects": {}}', "null"]) {
      answers["/npm/-/v1/search"] = ok(body);
      await fails(
        registry.search(),
        "Cannot search for packages: the registry's answer has no list",
      );
    }
    answers["/npm/-/v1/search"] = "HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\n{}";
    await fails(registry.search(), "Cannot search for packages: this registry has no search");
  }));

Deno.test("NpmRegistry takes no registry without TLS", () => {
  for (const url of ["http://example.test", "ftp://localhost", "", "https://a:b@example.test"]) {
    assertThrows(() => new NpmRegistry(url), Error, "The registry");
  }
  new NpmRegistry("http://127.0.0.1:4873");
  assertEquals(DEFAULT_REGISTRY.startsWith("https://"), true);
});

Deno.test("redirectTarget() leads from this machine to others, not the other way round", () => {
  const rows: [location: string | undefined, from: string, to: string | undefined][] = [
    ["/b", "https://a.test/x", "https://a.test/b"],
    ["//b.test/b", "https://a.test/x", "https://b.test/b"],
    ["https://a.test/", "http://127.0.0.1/", "https://a.test/"],
    ["http://localhost/", "http://127.0.0.1/", "http://localhost/"],
    ["http://localhost/", "https://a.test/", undefined],
    ["https://127.1/", "https://a.test/", undefined],
    ["https://0x7f000001/", "https://a.test/", undefined],
    ["https://[::1]:8080/", "https://a.test/", undefined],
    [undefined, "https://a.test/", undefined],
  ];
  for (const [location, from, to] of rows) {
    if (to === undefined) assertThrows(() => redirectTarget(location, from), Error, "a redirect");
    else assertEquals(redirectTarget(location, from), to);
  }
});
