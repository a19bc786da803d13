/** The columns of the Runs list. */
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { TableProps } from "@cloudscape-design/components/table";

import { Elapsed } from "../../actions/Elapsed";
import { PhaseIndicator } from "../../actions/PhaseIndicator";
import type { ActionRecord } from "../../api/types";
import { addresses, type Scope } from "../../app/scope";
import { Age } from "../../components/Moment";
import { PageLink } from "../../components/PageLink";
import { dollars } from "../../format/amounts";
import { shortCaller } from "../../format/names";

type Column = TableProps.ColumnDefinition<ActionRecord> & { readonly id: string; readonly header: string };

export const DEFAULT_COLUMNS = ["phase", "run", "task", "start", "duration", "cost", "labels", "who", "version"];

export function runColumns(scope: Scope): readonly Column[] {
  return [
    { id: "phase", header: "Phase", cell: (run) => <PhaseIndicator record={run} />, width: 190 },
    {
      id: "run",
      width: 200,
      header: "Run",
      isRowHeader: true,
      cell: (run) => (
        <PageLink variant="primary" to={addresses.run(scope, run.id.run)}>
          {run.id.run}
        </PageLink>
      ),
    },
    { id: "task", width: 200, header: "Task", cell: (run) => <TaskCell run={run} scope={scope} /> },
    { id: "start", header: "Started", cell: (run) => <Age of={run.created_at} />, width: 120 },
    { id: "duration", header: "Duration", cell: (run) => <Elapsed record={run} />, width: 100 },
    { id: "cost", header: "Cost", cell: (run) => (run.cost ? dollars(run.cost.usd) : "–"), width: 100 },
    { id: "labels", width: 140, header: "Labels", cell: (run) => <Labels labels={run.labels} /> },
    {
      id: "who",
      width: 140,
      header: "Started by",
      cell: (run) => <span title={run.created_by}>{shortCaller(run.created_by)}</span>,
    },
    { id: "version", width: 180, header: "Version", cell: (run) => <Box variant="code">{run.task_version}</Box> },
  ];
}

/** Tasks of ephemeral runs are in no list, so there is nothing to link to. */
function TaskCell({ run, scope }: { run: ActionRecord; scope: Scope }) {
  if (run.ephemeral) return <>{run.task_name}</>;
  return <PageLink to={addresses.task(scope, run.task_name)}>{run.task_name}</PageLink>;
}

function Labels({ labels }: { labels: ActionRecord["labels"] }) {
  return (
    <SpaceBetween direction="horizontal" size="xxs">
      {Object.entries(labels).map(([key, value]) => (
        <Badge key={key}>{value ? `${key}=${value}` : key}</Badge>
      ))}
    </SpaceBetween>
  );
}
