/** The Runs list: what has run, what runs, and what became of it. */
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useMemo } from "react";

import { useScope } from "../../app/scope";
import { PageTitle } from "../../components/PageTitle";
import { ProblemAlert } from "../../components/ProblemAlert";
import { runColumns } from "./columns";
import { isFiltered, useRunFilters } from "./filters";
import { NoMatch, NoRuns } from "./NoRuns";
import { RunFilterBar } from "./RunFilterBar";
import { RunPreferencesButton, useRunPreferences } from "./RunPreferences";
import { useRuns } from "./runs-query";

export default function RunsPage() {
  const scope = useScope();
  const state = useRunFilters();
  const { filters, change, clear } = state;
  const [preferences, setPreferences] = useRunPreferences();
  const { data, error, isPending, refetch } = useRuns(scope, filters, preferences.pageSize);
  const columns = useMemo(() => runColumns(scope), [scope]);
  const next = data?.cursor ?? undefined;
  const older = next ? () => change({ cursor: next }) : undefined;
  return (
    <SpaceBetween size="m">
      <PageTitle>Runs</PageTitle>
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Table
        variant="full-page"
        stickyHeader
        trackBy={(run) => run.id.run}
        ariaLabels={{ tableLabel: "Runs", resizerRoleDescription: "resize button" }}
        resizableColumns
        items={data?.runs ?? []}
        columnDefinitions={columns}
        columnDisplay={columns.map(({ id }) => ({ id, visible: preferences.columns.includes(id) }))}
        wrapLines={preferences.wrapLines}
        contentDensity={preferences.contentDensity}
        loading={isPending}
        loadingText="Loading runs"
        header={
          <Header variant="h1" description="Newest first. The list follows what happens.">
            Runs
          </Header>
        }
        filter={<RunFilterBar {...state} />}
        pagination={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!filters.cursor} onClick={() => change({ cursor: "" })}>
              Newest
            </Button>
            <Button disabled={!older} onClick={older ?? clear}>
              Older
            </Button>
          </SpaceBetween>
        }
        preferences={<RunPreferencesButton options={columns} preferences={preferences} onChange={setPreferences} />}
        empty={
          isFiltered(filters) ? <NoMatch onClear={clear} onOlder={older} /> : error ? null : <NoRuns scope={scope} />
        }
      />
    </SpaceBetween>
  );
}
