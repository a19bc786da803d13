/** The columns of the Tasks list. */
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { TableProps } from "@cloudscape-design/components/table";

import { PHASES } from "../../actions/phases";
import type { TaskVersion } from "../../api/types";
import { addresses, type Scope } from "../../app/scope";
import { Age } from "../../components/Moment";
import { PageLink } from "../../components/PageLink";
import { shortCaller } from "../../format/names";

export function taskColumns(scope: Scope): readonly TableProps.ColumnDefinition<TaskVersion>[] {
  return [
    {
      id: "task",
      header: "Task",
      isRowHeader: true,
      minWidth: 220,
      cell: (task) => (
        <>
          <PageLink variant="primary" to={addresses.task(scope, task.name)}>
            {task.name}
          </PageLink>{" "}
          {task.entrypoint && <Badge>Entry point</Badge>}
          <Box color="text-body-secondary" fontSize="body-s">
            {task.description}
          </Box>
        </>
      ),
    },
    {
      id: "environment",
      header: "Environment",
      cell: (task) => (
        <PageLink to={addresses.tasks(scope, { environment: task.environment })}>{task.environment}</PageLink>
      ),
    },
    { id: "version", header: "Latest version", cell: (task) => <Box variant="code">{task.version}</Box> },
    { id: "deployed", header: "Deployed", cell: (task) => <Age of={task.deployed_at} />, minWidth: 110 },
    {
      id: "who",
      header: "Deployed by",
      cell: (task) => <span title={task.deployed_by}>{shortCaller(task.deployed_by) || "–"}</span>,
    },
    { id: "last", header: "Last run", cell: (task) => <LastRun task={task} scope={scope} />, minWidth: 180 },
    {
      id: "launch",
      header: "Launch",
      cell: (task) => (
        <PageLink to={addresses.launch(scope, task.name)} ariaLabel={`Launch ${task.name}`}>
          Launch
        </PageLink>
      ),
    },
  ];
}

function LastRun({ task, scope }: { task: TaskVersion; scope: Scope }) {
  const run = task.last_run;
  if (!run) return <Box color="text-body-secondary">Never</Box>;
  const { type, label } = PHASES[run.phase];
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <StatusIndicator type={type}>{label}</StatusIndicator>
      <PageLink to={addresses.run(scope, run.run)}>
        <Age of={run.created_at} />
      </PageLink>
    </SpaceBetween>
  );
}
