/** Where on the timeline something is drawn. */
import { lifetime, type Span, spansOf } from "../../actions/spans";
import type { ActionRecord } from "../../api/types";

/** The time that the timeline shows, in milliseconds since the epoch; `to` is undefined while the run goes on. */
export interface Axis {
  readonly from: number;
  readonly to: number | undefined;
}

export interface Bar {
  readonly kind: Span["kind"];
  /** In parts of the axis, from 0 to 1. */
  readonly left: number;
  readonly width: number;
}

export function axisOf(root: ActionRecord, isLive: boolean): Axis {
  const { from, to } = lifetime(root, 0);
  return { from, to: isLive ? undefined : to };
}

/** The bars of an action; or of many, as one from the first's begin to the last's end. */
export function barsOf(records: readonly ActionRecord[], axis: Axis, now: number): readonly Bar[] {
  const [first, ...others] = records;
  if (!first) return [];
  const length = Math.max(1, (axis.to ?? now) - axis.from);
  const bar = ({ kind, from, to }: Pick<Span, "kind" | "from" | "to">): Bar => ({
    kind,
    left: clamped((from - axis.from) / length),
    width: clamped((to - axis.from) / length) - clamped((from - axis.from) / length),
  });
  if (!others.length) return spansOf(first, now).map(bar);
  const times = records.map((record) => lifetime(record, now));
  const from = times.reduce((least, time) => Math.min(least, time.from), Infinity);
  const to = times.reduce((most, time) => Math.max(most, time.to), 0);
  return [bar({ kind: "active", from, to })];
}

function clamped(part: number): number {
  return Math.min(1, Math.max(0, part));
}
