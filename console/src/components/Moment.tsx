/** A moment as people say it, with the exact one to hover over; and `Age`, which tells how long ago that is. */
import { useNow } from "./now";

const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const AGO = new Intl.RelativeTimeFormat(undefined, { numeric: "auto", style: "short" });
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
];

export function Moment({ at }: { at: string }) {
  return <time dateTime={at}>{EXACT.format(new Date(at))}</time>;
}

export function Age({ of: at }: { of: string }) {
  const seconds = (Date.parse(at) - useNow(10_000)) / 1_000;
  const [unit, size] = STEPS.find(([, least]) => Math.abs(seconds) >= least) ?? ["second", 1];
  return (
    <time dateTime={at} title={EXACT.format(new Date(at))}>
      {AGO.format(Math.min(0, Math.round(seconds / size)), unit)}
    </time>
  );
}
