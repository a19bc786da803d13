/** The phases of an action: what they are called, how they look, and which of them are final. */
import type { StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";

import type { ActionPhase, ActionRecord } from "../api/types";

interface PhaseLook {
  readonly label: string;
  readonly type: StatusIndicatorProps.Type;
  readonly isFinal: boolean;
}

export const PHASES: Readonly<Record<ActionPhase, PhaseLook>> = {
  queued: { label: "Queued", type: "pending", isFinal: false },
  waiting_for_resources: { label: "Waiting for resources", type: "pending", isFinal: false },
  initializing: { label: "Initializing", type: "pending", isFinal: false },
  running: { label: "Running", type: "in-progress", isFinal: false },
  paused: { label: "Waiting for an answer", type: "info", isFinal: false },
  succeeded: { label: "Succeeded", type: "success", isFinal: true },
  failed: { label: "Failed", type: "error", isFinal: true },
  aborted: { label: "Aborted", type: "stopped", isFinal: true },
  timed_out: { label: "Timed out", type: "error", isFinal: true },
  recovered: { label: "Recovered", type: "success", isFinal: true },
};

export function isFinal({ phase }: Pick<ActionRecord, "phase">): boolean {
  return PHASES[phase].isFinal;
}

/** Whether its task only waits, so that nothing is billed. */
export function isSuspended(record: ActionRecord): boolean {
  return record.phase === "running" && Boolean(record.parked_at);
}

export function isPhase(text: string | null | undefined): text is ActionPhase {
  return typeof text === "string" && Object.hasOwn(PHASES, text);
}
