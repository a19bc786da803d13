/** The task's versions, newest first; and the way back to one of them. */
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import type { TaskVersion } from "../../api/types";
import { addresses, type Scope } from "../../app/scope";
import { Age } from "../../components/Moment";
import { PageLink } from "../../components/PageLink";
import { ProblemAlert } from "../../components/ProblemAlert";
import { bytes } from "../../format/amounts";
import { shortCaller } from "../../format/names";
import { RollBack } from "./RollBack";
import { SourceLink } from "./SourceLink";
import { versionsQuery } from "./task-query";

export function VersionsTab({ scope, task }: { scope: Scope; task: string }) {
  const [cursor, setCursor] = useState("");
  const [wanted, setWanted] = useState<TaskVersion>();
  const { data, error, isPending, refetch } = useQuery(versionsQuery(scope, task, cursor));
  return (
    <SpaceBetween size="s">
      {error && <ProblemAlert error={error} onRetry={() => void refetch()} />}
      <Table
        header={
          <Header variant="h2" description="Runs that name no version use the latest.">
            Versions
          </Header>
        }
        ariaLabels={{ tableLabel: "Versions" }}
        trackBy="version"
        items={data?.tasks ?? []}
        loading={isPending}
        loadingText="Loading versions"
        pagination={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!cursor} onClick={() => setCursor("")}>
              Newest
            </Button>
            <Button disabled={!data?.cursor} onClick={() => setCursor(data?.cursor ?? "")}>
              Older
            </Button>
          </SpaceBetween>
        }
        columnDefinitions={[
          {
            id: "version",
            header: "Version",
            isRowHeader: true,
            cell: (version) => (
              <SpaceBetween direction="horizontal" size="xs">
                <PageLink to={addresses.task(scope, task, { version: version.version })}>{version.version}</PageLink>
                {version.is_latest && <Badge color="green">Latest</Badge>}
              </SpaceBetween>
            ),
          },
          { id: "deployed", header: "Deployed", cell: (version) => <Age of={version.deployed_at} /> },
          {
            id: "who",
            header: "Deployed by",
            cell: (version) => <span title={version.deployed_by}>{shortCaller(version.deployed_by) || "–"}</span>,
          },
          {
            id: "source",
            header: "Source",
            cell: (version) => <SourceLink url={version.source_url} name={`version ${version.version}`} />,
          },
          {
            id: "size",
            header: "Code",
            cell: (version) => (version.code_bytes == null ? "–" : bytes(version.code_bytes)),
          },
          {
            id: "actions",
            header: "Actions",
            cell: (version) => (
              <SpaceBetween direction="horizontal" size="s">
                <PageLink
                  to={addresses.launch(scope, task, { version: version.version })}
                  ariaLabel={`Launch version ${version.version}`}
                >
                  Launch
                </PageLink>
                {!version.is_latest && (
                  <Button
                    variant="inline-link"
                    ariaLabel={`Roll back to ${version.version}`}
                    onClick={() => setWanted(version)}
                  >
                    Roll back
                  </Button>
                )}
              </SpaceBetween>
            ),
          },
        ]}
        empty={<Box textAlign="center">There are no versions.</Box>}
      />
      {wanted && <RollBack scope={scope} version={wanted} onClose={() => setWanted(undefined)} />}
    </SpaceBetween>
  );
}
