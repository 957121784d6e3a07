// Labels beside points, moved apart so that each can be read.

/** Text beside a point. */
export interface Label {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

/**
 * The labels in their order from below, each at least `gap` above the one before: those that would
 * touch are piled up around the middle of where they were, and none below `floor`.
 */
export function spreadLabels(
  labels: readonly Label[],
  gap: number,
  floor: number = Number.NEGATIVE_INFINITY,
): readonly Label[] {
  const sorted = labels.toSorted((a, b) => a.y - b.y).map((label) => ({ ...label }));
  const piles: { labels: { x: number; y: number; text: string }[]; middle: number }[] = [];
  for (const label of sorted) {
    piles.push({ labels: [label], middle: Math.max(floor, label.y) });
    for (let [below, above] = piles.slice(-2); below && above; [below, above] = piles.slice(-2)) {
      const top = below.middle + (below.labels.length - 1) * (gap / 2);
      const bottom = above.middle - (above.labels.length - 1) * (gap / 2);
      if (bottom - top >= gap) break;
      const count = below.labels.length + above.labels.length;
      const middle = Math.max(
        (below.middle * below.labels.length + above.middle * above.labels.length) / count,
        floor + ((count - 1) * gap) / 2,
      );
      piles.splice(-2, 2, { labels: [...below.labels, ...above.labels], middle });
    }
  }
  return piles.flatMap(({ labels: pile, middle }) =>
    pile.map((label, at) => ({ ...label, y: middle + (at - (pile.length - 1) / 2) * gap })),
  );
}
