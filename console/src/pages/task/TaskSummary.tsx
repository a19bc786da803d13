/** The version that is shown: which it is, since when, by whom, from where. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { addresses, type Scope } from "../../app/scope";
import { Moment } from "../../components/Moment";
import { PageLink } from "../../components/PageLink";
import { bytes } from "../../format/amounts";
import { shortCaller } from "../../format/names";
import { SourceLink } from "./SourceLink";
import type { ShownTask } from "./task-query";

interface Props {
  scope: Scope;
  shown: ShownTask;
  /** The version that the address asks for; undefined for the latest. */
  version: string | undefined;
}

export function TaskSummary({ scope, shown: { details }, version }: Props) {
  const { spec } = details;
  const items = [
    {
      label: version === undefined ? "Latest version" : "Version",
      value: <Box variant="code">{spec.version}</Box>,
    },
    {
      label: "Environment",
      value: <PageLink to={addresses.tasks(scope, { environment: spec.environment })}>{spec.environment}</PageLink>,
    },
    {
      label: "Deployed",
      value: (
        <>
          <Moment at={details.deployed_at} />
          {details.deployed_by && <span title={details.deployed_by}>{` by ${shortCaller(details.deployed_by)}`}</span>}
        </>
      ),
    },
    { label: "Source", value: <SourceLink url={spec.source_url} name={spec.name} /> },
    { label: "Code", value: spec.code ? bytes(spec.code.size_bytes) : "–" },
    { label: "Packages", value: spec.dependencies ? bytes(spec.dependencies.size_bytes) : "None of its own" },
  ];
  return (
    <SpaceBetween size="s">
      {version !== undefined && (
        <Alert type="info">
          This is version {version}. <PageLink to={addresses.task(scope, spec.name)}>Show the latest version</PageLink>
        </Alert>
      )}
      <KeyValuePairs columns={3} items={items} />
    </SpaceBetween>
  );
}
