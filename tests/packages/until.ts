/** Waits until something is so, and fails when that takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  deadlineMs = 10_000,
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!await isSo()) {
    if (performance.now() > end) throw new Error(`Not so after ${deadlineMs} ms: ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
