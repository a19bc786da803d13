/** What to do where the list is empty. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

import { addresses, type Scope } from "../../app/scope";
import { CommandLine } from "../../components/CommandLine";
import { PageLink } from "../../components/PageLink";

export function NoRuns({ scope }: { scope: Scope }) {
  const where = `--project ${scope.project} --domain ${scope.domain}`;
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3" tagOverride="h2">
          No runs yet in {scope.project} / {scope.domain}
        </Box>
        <span>Run a task of a file, without deploying anything:</span>
        <CommandLine>{`flyte run ${where} FILE.py TASK --INPUT VALUE`}</CommandLine>
        <span>
          or start one that has been deployed, from the <PageLink to={addresses.tasks(scope)}>Tasks list</PageLink>.
        </span>
      </SpaceBetween>
    </Box>
  );
}

interface NoMatchProps {
  onClear: () => void;
  /** Given where older runs have not been looked at yet. */
  onOlder: (() => void) | undefined;
}

export function NoMatch({ onClear, onOlder }: NoMatchProps) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3" tagOverride="h2">
          {onOlder ? "None of the newer runs matches" : "No run matches"}
        </Box>
        <SpaceBetween direction="horizontal" size="xs" alignItems="center">
          {onOlder && <Button onClick={onOlder}>Look further back</Button>}
          <Button onClick={onClear}>Clear filters</Button>
        </SpaceBetween>
      </SpaceBetween>
    </Box>
  );
}
