/** What the Runs list is filtered by. */
import { isPhase } from "../../actions/phases";
import type { ActionPhase } from "../../api/types";
import { type FilterState, useFilters } from "../../app/filters";

/** How far back the list goes: the first part is how many hours. */
export const PERIODS = { "1h": 1, "24h": 24, "7d": 7 * 24, "30d": 30 * 24 } as const;
export type Period = keyof typeof PERIODS;

export interface RunFilters {
  readonly phase: ActionPhase | undefined;
  readonly task: string;
  readonly label: string;
  readonly text: string;
  readonly period: Period | undefined;
  /** Where the page begins; empty for the newest runs. */
  readonly cursor: string;
}

export function readFilters(params: URLSearchParams): RunFilters {
  const [phase, period] = [params.get("phase"), params.get("period")];
  return {
    phase: isPhase(phase) ? phase : undefined,
    task: params.get("task") ?? "",
    label: params.get("label") ?? "",
    text: params.get("text") ?? "",
    period: isPeriod(period) ? period : undefined,
    cursor: params.get("cursor") ?? "",
  };
}

export function isFiltered(filters: RunFilters): boolean {
  return Object.values({ ...filters, cursor: "" }).some(Boolean);
}

export function isPeriod(text: string | null | undefined): text is Period {
  return typeof text === "string" && Object.hasOwn(PERIODS, text);
}

/** The beginning of the period, to the minute: so the same address is asked for again while it is watched. */
export function beginOf(period: Period, now: number): string {
  const minute = Math.floor(now / 60_000) * 60_000;
  return new Date(minute - PERIODS[period] * 3_600_000).toISOString();
}

export const useRunFilters = (): FilterState<RunFilters> => useFilters(readFilters);
