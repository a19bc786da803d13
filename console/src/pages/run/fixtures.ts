/** Records for tests. */
import type { ActionRecord, Attempt } from "../../api/types";

export const BEGIN = Date.parse("2026-01-01T00:00:00Z");
export const at = (seconds: number) => new Date(BEGIN + seconds * 1_000).toISOString();

export function action(name: string, changed: Partial<ActionRecord> = {}): ActionRecord {
  return {
    id: { project: "p", domain: "d", run: "r1", action: name },
    kind: "task",
    parent: name === "a0" ? null : "a0",
    task_name: "env.square",
    task_version: "v1",
    short_name: "square",
    phase: "succeeded",
    created_at: at(0),
    updated_at: at(1),
    created_by: "",
    ephemeral: false,
    attempts: [],
    transitions: [],
    labels: {},
    annotations: {},
    env_vars: {},
    cache_hit: false,
    execution_arn: "",
    memory_mb: 1024,
    custom_context: {},
    ...changed,
  } as ActionRecord;
}

export function attempt(changed: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    ended_at: null,
    resumed_at: null,
    error: null,
    started_at: at(1),
    request_id: "",
    log_group: "",
    log_stream: "",
    earlier_streams: [],
    active_ms: 0,
    suspended_ms: 0,
    suspensions: 0,
    ...changed,
  };
}

export const byName = (...actions: readonly ActionRecord[]) =>
  new Map(actions.map((record) => [record.id.action, record]));
