/** The task's newest runs. */
import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import { addresses, type Scope } from "../../app/scope";
import { PageLink } from "../../components/PageLink";
import { ProblemAlert } from "../../components/ProblemAlert";
import { runColumns } from "../runs/columns";
import { useRunsOfTask } from "./task-query";

export function RunsTab({ scope, task }: { scope: Scope; task: string }) {
  const { data, error, isPending, refetch } = useRunsOfTask(scope, task);
  return (
    <SpaceBetween size="s">
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Table
        header={
          <Header variant="h2" actions={<PageLink to={addresses.runs(scope, { task })}>All runs of the task</PageLink>}>
            Newest runs
          </Header>
        }
        ariaLabels={{ tableLabel: "Newest runs" }}
        trackBy={(run) => run.id.run}
        items={data?.runs ?? []}
        columnDefinitions={runColumns(scope).filter(({ id }) => id !== "task")}
        loading={isPending}
        loadingText="Loading runs"
        empty={
          <Box textAlign="center">
            The task has not been run. <PageLink to={addresses.launch(scope, task)}>Launch it</PageLink>
          </Box>
        }
      />
    </SpaceBetween>
  );
}
