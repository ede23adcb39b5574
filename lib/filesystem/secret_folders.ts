/**
 * Folders in which the host keeps what proves who somebody is, such as `auth_info.json`.
 *
 * @module
 */

/** Folders that need not exist yet. Paths asked about are real ones, as `Deno.realPath` gives them. */
export class SecretFolders {
  readonly #paths: readonly string[];
  readonly #known = new Map<string, string>();

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Their real paths; the host makes none of them a link. */
  get real(): string[] {
    return this.#paths.map((path) => {
      const known = this.#known.get(path);
      if (known !== undefined) return known;
      const slash = path.lastIndexOf("/");
      const parent = realPath(path.slice(0, slash + 1) || ".");
      if (parent === undefined) return path;
      const real = slashed(parent).replace(/\/$/, "") + "/" + path.slice(slash + 1);
      this.#known.set(path, real);
      return real;
    });
  }

  /** Whether a path is one of them or below one. */
  hold(path: string): boolean {
    const asked = slashed(path);
    return this.real.some((folder) => asked === folder || asked.startsWith(`${folder}/`));
  }

  /** Whether one of them is there, below a path. */
  isBelow(path: string): boolean {
    const above = slashed(path).replace(/\/$/, "");
    return this.real.some((folder) =>
      folder.startsWith(`${above}/`) && realPath(folder) !== undefined
    );
  }
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** Windows compares without regard to case, and has two slashes. */
function slashed(path: string): string {
  return Deno.build.os === "windows"
    ? path.replace(/^\\\\\?\\(?=[A-Za-z]:)/, "").replaceAll("\\", "/")
    : path;
}
