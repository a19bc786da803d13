/** Shows what a query has: nothing yet, a problem, or its data; and both where it was had once and is now out of reach. */
import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { ProblemAlert } from "./ProblemAlert";

interface Props<Data> {
  query: Pick<UseQueryResult<Data>, "data" | "error" | "refetch">;
  /** What is loaded, for the line that says so. */
  what?: string;
  children: (data: Data) => ReactNode;
}

export function Loaded<Data>({ query, what = "", children }: Props<Data>) {
  const { data, error, refetch } = query;
  const problem = error && <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (data === undefined) {
    return (
      problem ?? (
        <Box padding="s">
          <StatusIndicator type="loading">{`Loading ${what}`.trim()}</StatusIndicator>
        </Box>
      )
    );
  }
  return problem ? (
    <SpaceBetween size="m">
      {problem}
      {children(data)}
    </SpaceBetween>
  ) : (
    children(data)
  );
}
