/**
 * Medians, ranges and comparisons of repeated measurements.
 *
 * @module
 */

/** A repeated measurement. */
export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** How a host's figure is held against a baseline's. */
export type Comparison = "ratio" | "difference";

/**
 * The value below which a fraction of the samples lies, interpolated linearly.
 *
 * @throws {RangeError} without samples
 */
export function quantile(samples: readonly number[], fraction: number): number {
  if (samples.length === 0) throw new RangeError("no samples");
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

/** Median and range. */
export function summarize(samples: readonly number[]): Summary {
  return {
    median: quantile(samples, 0.5),
    min: quantile(samples, 0),
    max: quantile(samples, 1),
  };
}

/**
 * Compares round by round, so that what disturbs a whole round falls out.
 *
 * @param pairs a baseline's figure and the host's, measured one after the other
 */
export function compare(
  pairs: readonly (readonly [baseline: number, host: number])[],
  by: Comparison,
): Summary {
  return summarize(
    pairs.map(([baseline, host]) => by === "ratio" ? host / baseline : host - baseline),
  );
}
