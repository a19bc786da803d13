import Button from "@cloudscape-design/components/button";
import Select, { type SelectProps } from "@cloudscape-design/components/select";

import { isPhase, PHASES } from "../../actions/phases";
import type { FilterState } from "../../app/filters";
import { FilterInput } from "../../components/FilterInput";
import { isFiltered, isPeriod, type Period, type RunFilters } from "./filters";

const ANY_PHASE: SelectProps.Option = { value: "", label: "Any phase" };
const PHASE_OPTIONS = [ANY_PHASE, ...Object.entries(PHASES).map(([value, { label }]) => ({ value, label }))];

const PERIOD_LABELS: Record<Period, string> = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
};
const ANY_TIME: SelectProps.Option = { value: "", label: "Any time" };
const PERIOD_OPTIONS = [ANY_TIME, ...Object.entries(PERIOD_LABELS).map(([value, label]) => ({ value, label }))];

export function RunFilterBar({ filters, change, clear }: FilterState<RunFilters>) {
  return (
    <search className="filter-bar" aria-label="Filters">
      <FilterInput
        label="Find runs by name, task or label"
        value={filters.text}
        onChange={(text) => change({ text })}
      />
      <Select
        ariaLabel="Phase"
        options={PHASE_OPTIONS}
        selectedOption={PHASE_OPTIONS.find(({ value }) => value === filters.phase) ?? ANY_PHASE}
        onChange={({ detail }) => change({ phase: chosen(detail, isPhase) })}
      />
      <Select
        ariaLabel="Time"
        options={PERIOD_OPTIONS}
        selectedOption={PERIOD_OPTIONS.find(({ value }) => value === filters.period) ?? ANY_TIME}
        onChange={({ detail }) => change({ period: chosen(detail, isPeriod) })}
      />
      <FilterInput
        label="Task"
        placeholder="environment.task"
        value={filters.task}
        onChange={(task) => change({ task })}
      />
      <FilterInput
        label="Label"
        placeholder="label or label=value"
        value={filters.label}
        onChange={(label) => change({ label })}
      />
      {isFiltered(filters) && <Button onClick={clear}>Clear filters</Button>}
    </search>
  );
}

/** What was chosen, or undefined for the option that chooses nothing. */
function chosen<Value extends string>(
  { selectedOption: { value } }: SelectProps.ChangeDetail,
  isValue: (text: string | undefined) => text is Value,
): Value | undefined {
  return isValue(value) ? value : undefined;
}
