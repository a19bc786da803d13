/** The one way in which a request that failed is shown: what happened, what to do, and the code to look for. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";

import { ApiProblem } from "../api/problem";

interface Props {
  error: Error;
  /** What was wanted, such as "The run could not be aborted". */
  header?: string;
  onRetry?: () => void;
}

export function ProblemAlert({ error, header = "The backend did not answer as expected", onRetry }: Props) {
  return (
    <Alert type="error" header={header} action={onRetry && <Button onClick={onRetry}>Try again</Button>}>
      {error.message}
      {error instanceof ApiProblem && (
        <Box variant="small" display="block">
          {error.code}
        </Box>
      )}
    </Alert>
  );
}
