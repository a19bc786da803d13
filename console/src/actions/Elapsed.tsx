/** How long an action has taken; counts on while it has not ended. */
import { isFinal } from "./phases";
import { durationMs } from "./spans";
import type { ActionRecord } from "../api/types";
import { duration } from "../format/durations";
import { useNow } from "../components/now";

export function Elapsed({ record }: { record: ActionRecord }) {
  const now = useNow(isFinal(record) ? 0 : 1_000);
  return <>{duration(durationMs(record, now))}</>;
}
