/** The times that 64 bits of nanoseconds since 1970 can express: from 1677 to 2262. Some file systems allow others. */
const EARLIEST = -(2n ** 63n);
const LATEST = 2n ** 63n - 1n;

/** The time, or the nearest one that fits 64 bits. */
export function clampTime(nanoseconds: bigint): bigint {
  if (nanoseconds > LATEST) return LATEST;
  return nanoseconds < EARLIEST ? EARLIEST : nanoseconds;
}

/** Whether a time as `clampTime` returns it may stand for another one, so that it cannot be compared. */
export function isClamped(nanoseconds: bigint): boolean {
  return nanoseconds === LATEST || nanoseconds === EARLIEST;
}
