import Button from "@cloudscape-design/components/button";
import SegmentedControl from "@cloudscape-design/components/segmented-control";

import type { FilterState } from "../../app/filters";
import { FilterInput } from "../../components/FilterInput";
import { isFiltered, type TaskFilters } from "./filters";

export function TaskFilterBar({ filters, change, clear }: FilterState<TaskFilters>) {
  return (
    <search className="filter-bar" aria-label="Filters">
      <FilterInput label="Find tasks by name" value={filters.text} onChange={(text) => change({ text })} />
      <FilterInput
        label="Environment"
        value={filters.environment}
        onChange={(environment) => change({ environment })}
      />
      <SegmentedControl
        label="Which tasks"
        selectedId={filters.entry ? "entry" : "all"}
        options={[
          { id: "all", text: "All tasks" },
          { id: "entry", text: "Entry points" },
        ]}
        onChange={({ detail }) => change({ entry: detail.selectedId === "entry" })}
      />
      {isFiltered(filters) && <Button onClick={clear}>Clear filters</Button>}
    </search>
  );
}
