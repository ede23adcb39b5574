/**
 * Folders in which the host keeps what proves who somebody is, such as `auth_info.json`.
 *
 * @module
 */

/** Folders that need not exist yet. Paths asked about are real ones, as `Deno.realPath` gives them. */
export class SecretFolders {
  readonly #paths: readonly string[];
  #real: readonly string[] | undefined;

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  /** Their real paths, as they are when somebody first asks; the host makes none of them a link. */
  get real(): readonly string[] {
    return this.#real ??= this.#paths.map(behindRealParent);
  }

  /** Whether a path is one of them or below one. */
  hold(path: string): boolean {
    const asked = slashed(path);
    return this.real.some((folder) => asked === folder || asked.startsWith(`${folder}/`));
  }

  /** Whether one of them is there, below a path. */
  isBelow(path: string): boolean {
    return this.below(path).some((rest) => realPath(`${path}${rest}`) !== undefined);
  }

  /** How those that would lie below a path go on from there, such as `/.tmp`. */
  below(path: string): string[] {
    const above = slashed(path).replace(/\/$/, "");
    return this.real.filter((folder) => folder.startsWith(`${above}/`))
      .map((folder) => folder.slice(above.length));
  }
}

/** What does not exist yet will lie below its nearest existing parent. */
function behindRealParent(path: string): string {
  const slash = path.lastIndexOf("/");
  const parent = path.slice(0, slash);
  const name = path.slice(slash + 1);
  const real = realPath(slash < 0 ? "." : `${parent}/`);
  if (real !== undefined) return `${slashed(real).replace(/\/$/, "")}/${name}`;
  return slash < 0 ? path : `${behindRealParent(parent)}/${name}`;
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** Real paths of Windows have other slashes, and a prefix. */
function slashed(path: string): string {
  return Deno.build.os === "windows"
    ? path.replace(/^\\\\\?\\(?=[A-Za-z]:)/, "").replaceAll("\\", "/")
    : path;
}
