/** `/`: on to the runs of the project and domain that the console was started for. */
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "react-router";

import { Loaded } from "../components/Loaded";
import { addresses } from "./scope";
import { settingsQuery } from "./settings";

export function FirstPage() {
  return (
    <Loaded query={useQuery(settingsQuery)}>{(settings) => <Navigate replace to={addresses.runs(settings)} />}</Loaded>
  );
}
