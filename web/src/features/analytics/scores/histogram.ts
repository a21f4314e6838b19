export interface Histogram {
  /** One more than there are bins. */
  readonly edges: readonly number[];
  /** Of all comparisons, in each bin. */
  readonly shares: readonly number[];
}

/**
 * Return so many equally wide bins over the same range.
 *
 * A calibration's bins are of unequal width; within one, comparisons are taken as evenly spread.
 */
export function rebin(
  edges: readonly number[],
  shares: readonly number[],
  bins: number,
): Histogram {
  const low = edges[0] ?? 0;
  const width = ((edges.at(-1) ?? 1) - low) / bins;
  const regular = Array.from({ length: bins + 1 }, (_, place) => low + place * width);
  const below = regular.map((edge) => shareBelow(edges, shares, edge));
  return {
    edges: regular,
    shares: below.slice(1).map((share, bin) => Math.max(share - (below[bin] ?? 0), 0)),
  };
}

/** Return the share of all comparisons that is not in any bin. */
export function shareBeyond(shares: readonly number[]): number {
  return Math.max(1 - shares.reduce((sum, share) => sum + share, 0), 0);
}

/** Return the lowest decade that shows the least share that is there, for a logarithmic axis. */
export function floorOf(shares: readonly number[]): number {
  const least = Math.min(...shares.filter((share) => share > 0), 1);
  return Math.max(10 ** Math.floor(Math.log10(least)), 1e-7);
}

function shareBelow(edges: readonly number[], shares: readonly number[], at: number): number {
  return shares.reduce((sum, share, bin) => {
    const [from, to] = [edges[bin] ?? 0, edges[bin + 1] ?? 0];
    if (at >= to) return sum + share;
    return at <= from ? sum : sum + (share * (at - from)) / (to - from);
  }, 0);
}
