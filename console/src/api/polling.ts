/** How often to look again. Hidden tabs do not ask at all: the query cache sees to that. */

const SHORTEST_MS = 1_000;
const LONGEST_MS = 15_000;

/**
 * Milliseconds until the next look at something that may still change: a quarter of the time that has passed since it
 * last did, so that what has just begun is shown live, and what takes hours costs little.
 */
export function pollingInterval(changedAt: string | undefined, now: number = Date.now()): number {
  const quietMs = changedAt === undefined ? 0 : now - Date.parse(changedAt);
  return Math.min(Math.max(quietMs / 4, SHORTEST_MS), LONGEST_MS);
}
