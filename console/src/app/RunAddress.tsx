/** Leads from the address that Flyte gives a run to the one that it has here. */
import { Navigate, useParams } from "react-router";

import { addresses, useScope } from "./scope";

export function RunAddress() {
  const scope = useScope();
  const { run = "" } = useParams();
  return <Navigate replace to={addresses.run(scope, run)} />;
}
