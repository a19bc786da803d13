import StatusIndicator from "@cloudscape-design/components/status-indicator";

import type { ActionRecord } from "../api/types";
import { isSuspended, PHASES } from "./phases";

export function PhaseIndicator({ record }: { record: ActionRecord }) {
  const { type, label } = PHASES[record.phase];
  return isSuspended(record) ? (
    <StatusIndicator type="pending">Suspended</StatusIndicator>
  ) : (
    <StatusIndicator type={type}>{label}</StatusIndicator>
  );
}
