/** The one error boundary: what a page throws while it is drawn or loaded ends here, and the frame stays. */
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import { useRouteError } from "react-router";

import { PageTitle } from "../components/PageTitle";

export function PageFailure() {
  const error = useRouteError();
  return (
    <>
      <PageTitle>This page failed</PageTitle>
      <Alert
        type="error"
        header="This page failed"
        action={<Button onClick={() => window.location.reload()}>Load it again</Button>}
      >
        {error instanceof Error ? error.message : String(error)}
      </Alert>
    </>
  );
}
