// How long labs wait. The Linux guest runs without hardware virtualization, about ten times slower.

/** OATHBED_PATIENCE: what all limits are multiplied by; default 1. */
const FACTOR = Math.min(100, Math.max(1, Number(process.env.OATHBED_PATIENCE ?? 1) || 1));

/** A limit for this machine, milliseconds. */
export function patience(ms: number): number {
  return ms * FACTOR;
}
