/** How long an action has taken, and which parts of that time it was billed for, waited for free, or had not begun. */
import type { ActionRecord, Attempt } from "../api/types";

export type SpanKind = "waiting" | "active" | "suspended";

export interface Span {
  readonly kind: SpanKind;
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** The attempt's number; 0 for the time before the first. */
  readonly attempt: number;
}

/** From its creation to its end, or to now. */
export function lifetime(record: ActionRecord, now: number): { from: number; to: number } {
  const from = Date.parse(record.created_at);
  return { from, to: Math.max(from, record.ended_at ? Date.parse(record.ended_at) : now) };
}

export function durationMs(record: ActionRecord, now: number): number {
  const { from, to } = lifetime(record, now);
  return to - from;
}

/**
 * The parts of an action's time, in their order. Of an attempt that was suspended more than once only the sum of its
 * suspensions is recorded: they are drawn as one, before the moment at which it was last resumed.
 */
export function spansOf(record: ActionRecord, now: number): readonly Span[] {
  const { from, to } = lifetime(record, now);
  const spans: Span[] = [];
  let reached = from;
  for (const attempt of record.attempts) {
    const begin = Date.parse(attempt.started_at);
    const isLast = attempt === record.attempts.at(-1);
    const end = attempt.ended_at ? Date.parse(attempt.ended_at) : to;
    spans.push({ kind: "waiting", from: reached, to: begin, attempt: attempt.number });
    spans.push(...spansOfAttempt(attempt, begin, end, isLast ? record.parked_at : undefined));
    reached = end;
  }
  if (!record.attempts.length || reached < to) spans.push({ kind: "waiting", from: reached, to, attempt: 0 });
  return spans.filter((span) => span.to > span.from);
}

function spansOfAttempt(attempt: Attempt, begin: number, end: number, parkedAt: string | null | undefined): Span[] {
  const span = (kind: SpanKind, from: number, to: number): Span => ({ kind, from, to, attempt: attempt.number });
  const parked = parkedAt ? Date.parse(parkedAt) : end;
  if (!attempt.resumed_at) return [span("active", begin, parked), span("suspended", parked, end)];
  const resumed = Date.parse(attempt.resumed_at);
  const suspended = Math.max(begin, resumed - attempt.suspended_ms);
  return [
    span("active", begin, suspended),
    span("suspended", suspended, resumed),
    span("active", resumed, parked),
    span("suspended", parked, end),
  ];
}
