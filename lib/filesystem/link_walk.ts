/**
 * What the platform comes by when it watches a folder.
 *
 * @module
 */

/** Entries of this many folders are asked for at once. */
const MAX_FOLDERS = 16;

/** A folder on the way, by links or without. */
interface Step {
  path: string;
  above: Step | undefined;
  beyondLink: boolean;
  /** Asked for when a link has to be compared with it. */
  identity?: Promise<string | undefined>;
}

/** What is found by a walk through a folder that follows links. */
export interface Ahead {
  /** Whether there are too many entries beyond links. */
  far: boolean;
  /** Named pipes, and links to them; not all of them where it is far. */
  pipes: string[];
}

/**
 * Whether somebody who walks a folder and follows the links in it, but for those to a folder that he
 * is in, comes by more than `limit` entries beyond links, and by which named pipes. Links across
 * make ways that double with each of them, so that such a walk may never end.
 */
export async function lookAhead(root: string, limit: number): Promise<Ahead> {
  const todo: Step[] = [{ path: root, above: undefined, beyondLink: false }];
  const pipes: string[] = [];
  let left = limit;
  while (todo.length > 0 && left >= 0) {
    await Promise.all(
      todo.splice(-MAX_FOLDERS).map(async (step) => {
        for (const { name, isFile, isDirectory, isSymlink } of await entries(step.path)) {
          if (step.beyondLink) left--;
          const inside = { path: `${step.path}/${name}`, above: step };
          if (isDirectory) todo.push({ ...inside, beyondLink: step.beyondLink });
          else if (isSymlink && await leadsOn(inside)) todo.push({ ...inside, beyondLink: true });
          else if (!isFile && await isPipe(inside.path)) pipes.push(inside.path);
        }
      }),
    );
  }
  return { far: left < 0, pipes };
}

/** What cannot be read leads nowhere. */
async function entries(path: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(path));
  } catch {
    return [];
  }
}

/** Whether a link leads to a folder that is not above it. */
async function leadsOn({ path, above }: { path: string; above: Step }): Promise<boolean> {
  const target = await identityOf(path);
  if (target === undefined) return false;
  for (let step: Step | undefined = above; step !== undefined; step = step.above) {
    if (await (step.identity ??= identityOf(step.path)) === target) return false;
  }
  return true;
}

/** What tells a folder from all others; `undefined` for what is none. */
async function identityOf(path: string): Promise<string | undefined> {
  try {
    const { isDirectory, dev, ino } = await Deno.stat(path);
    return isDirectory ? `${dev} ${ino}` : undefined;
  } catch {
    return undefined;
  }
}

async function isPipe(path: string): Promise<boolean> {
  return await Deno.stat(path).then(({ isFifo }) => isFifo === true, () => false);
}
