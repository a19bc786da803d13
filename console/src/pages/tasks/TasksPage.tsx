/** The Tasks list: what is deployed, in its latest version, and what became of its last run. */
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo } from "react";

import { useScope } from "../../app/scope";
import { PageTitle } from "../../components/PageTitle";
import { ProblemAlert } from "../../components/ProblemAlert";
import { taskColumns } from "./columns";
import { isFiltered, useTaskFilters } from "./filters";
import { NoMatch, NoTasks } from "./NoTasks";
import { TaskFilterBar } from "./TaskFilterBar";
import { useTasks } from "./tasks-query";

export default function TasksPage() {
  const scope = useScope();
  const state = useTaskFilters();
  const { filters, change, clear } = state;
  const { data, error, isPending, refetch } = useTasks(scope, filters);
  const columns = useMemo(() => taskColumns(scope), [scope]);
  const next = data?.cursor ?? undefined;
  return (
    <SpaceBetween size="m">
      <PageTitle>Tasks</PageTitle>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Table
        variant="full-page"
        stickyHeader
        trackBy="name"
        ariaLabels={{ tableLabel: "Tasks", resizerRoleDescription: "resize button" }}
        resizableColumns
        items={data?.tasks ?? []}
        columnDefinitions={columns}
        loading={isPending}
        loadingText="Loading tasks"
        header={
          <Header variant="h1" description="What is deployed, by name. Each can be started from here.">
            Tasks
          </Header>
        }
        filter={<TaskFilterBar {...state} />}
        pagination={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!filters.cursor} onClick={() => change({ cursor: "" })}>
              First
            </Button>
            <Button disabled={!next} onClick={() => change({ cursor: next ?? "" })}>
              Next
            </Button>
          </SpaceBetween>
        }
        empty={isFiltered(filters) ? <NoMatch onClear={clear} /> : error ? null : <NoTasks scope={scope} />}
      />
    </SpaceBetween>
  );
}
