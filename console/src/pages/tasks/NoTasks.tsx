/** What to do where the list is empty. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import SpaceBetween from "@cloudscape-design/components/space-between";

import type { Scope } from "../../app/scope";
import { CommandLine } from "../../components/CommandLine";

export function NoTasks({ scope }: { scope: Scope }) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3" tagOverride="h2">
          Nothing is deployed yet in {scope.project} / {scope.domain}
        </Box>
        <span>Deploy the task environment that a variable of a file holds:</span>
        <CommandLine>{`flyte deploy --project ${scope.project} --domain ${scope.domain} FILE.py VARIABLE`}</CommandLine>
      </SpaceBetween>
    </Box>
  );
}

export function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Box textAlign="center" padding="l">
      <SpaceBetween size="s">
        <Box variant="h3" tagOverride="h2">
          No task matches
        </Box>
        <Button onClick={onClear}>Clear filters</Button>
      </SpaceBetween>
    </Box>
  );
}
