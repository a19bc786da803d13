/** The same as the tree and its timeline, as a table: times as text, for who reads rather than looks. */
import Pagination from "@cloudscape-design/components/pagination";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import { useState } from "react";

import { PhaseIndicator } from "../../actions/PhaseIndicator";
import { durationMs, spansOf } from "../../actions/spans";
import type { ActionRecord } from "../../api/types";
import { Moment } from "../../components/Moment";
import { useNow } from "../../components/now";
import { dollars } from "../../format/amounts";
import { duration } from "../../format/durations";
import type { Actions } from "./action-list";

const PAGE = 50;

interface Props {
  actions: Actions;
  isLive: boolean;
  selected: string;
  onSelect: (action: string) => void;
}

export function ActionTable({ actions, isLive, selected, onSelect }: Props) {
  const now = useNow(isLive ? 1_000 : 0);
  const [page, setPage] = useState(1);
  const all = [...actions.values()];
  const shown = all.slice((page - 1) * PAGE, page * PAGE);
  const suspended = (record: ActionRecord) =>
    spansOf(record, now)
      .filter(({ kind }) => kind === "suspended")
      .reduce((sum, { from, to }) => sum + to - from, 0);
  const columns: TableProps.ColumnDefinition<ActionRecord>[] = [
    { id: "phase", header: "Phase", cell: (record) => <PhaseIndicator record={record} /> },
    {
      id: "task",
      header: "Task",
      isRowHeader: true,
      cell: (record) => record.condition?.name ?? (record.short_name || record.task_name),
    },
    { id: "action", header: "Action", cell: (record) => record.id.action },
    { id: "parent", header: "Called by", cell: (record) => record.parent ?? "–" },
    { id: "attempts", header: "Attempts", cell: (record) => record.attempts.length },
    { id: "start", header: "Created", cell: (record) => <Moment at={record.created_at} /> },
    { id: "duration", header: "Duration", cell: (record) => duration(durationMs(record, now)) },
    { id: "suspended", header: "Suspended", cell: (record) => duration(suspended(record)) },
    { id: "cost", header: "Cost", cell: (record) => (record.cost ? dollars(record.cost.own_usd) : "–") },
  ];
  return (
    <Table
      variant="embedded"
      contentDensity="compact"
      trackBy={(record) => record.id.action}
      ariaLabels={{
        tableLabel: "Actions",
        selectionGroupLabel: "Shown action",
        itemSelectionLabel: (_state, record) => `Show ${record.id.action}`,
      }}
      selectionType="single"
      selectedItems={all.filter((record) => record.id.action === selected)}
      onSelectionChange={({ detail }) => onSelect(detail.selectedItems[0]?.id.action ?? selected)}
      items={shown}
      columnDefinitions={columns}
      pagination={
        all.length > PAGE && (
          <Pagination
            currentPageIndex={page}
            pagesCount={Math.ceil(all.length / PAGE)}
            onChange={({ detail }) => setPage(detail.currentPageIndex)}
          />
        )
      }
    />
  );
}
