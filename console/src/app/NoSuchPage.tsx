import Alert from "@cloudscape-design/components/alert";
import { useLocation } from "react-router";

import { PageTitle } from "../components/PageTitle";

export function NoSuchPage() {
  const { pathname } = useLocation();
  return (
    <>
      <PageTitle>There is no such page</PageTitle>
      <Alert type="error" header="There is no such page">
        Nothing is at {pathname}. The navigation beside leads to the runs and the tasks.
      </Alert>
    </>
  );
}
