import { useParams } from "react-router";

import type { Scope } from "./scope";
import { useSettings } from "./settings";

/** The scope in the address, or else the one that the console was started for, once that is known. */
export function useShownScope(): Scope | undefined {
  const { project, domain } = useParams();
  const settings = useSettings();
  if (project && domain) return { project, domain };
  return settings && { project: settings.project, domain: settings.domain };
}
