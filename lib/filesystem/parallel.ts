/**
 * Many small pieces of file work at the same time.
 *
 * @module
 */

/** The runtime has 32 threads for the file work of everybody; one job leaves most of them alone. */
const WIDTH = 8;

/**
 * Does `work` for each item, several at a time. After a failure no further item is begun.
 *
 * @returns the results in the order of the items
 * @throws what failed first, once nothing runs any more
 */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  async function worker(): Promise<void> {
    while (next < items.length && failures.length === 0) {
      const index = next++;
      try {
        results[index] = await work(items[index]!);
      } catch (error) {
        failures.push(error);
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}
