/** Which action of the run is shown, and what of it: kept in the address. */
import { useCallback } from "react";
import { useSearchParams } from "react-router";

export const ROOT_ACTION = "a0";

export function useSelection() {
  const [params, setParams] = useSearchParams();
  const select = useCallback(
    (changed: Partial<Record<"action" | "tab" | "view", string>>) =>
      setParams((current) => new URLSearchParams({ ...Object.fromEntries(current), ...changed }), { replace: true }),
    [setParams],
  );
  return {
    action: params.get("action") ?? ROOT_ACTION,
    tab: params.get("tab") ?? undefined,
    view: params.get("view") === "table" ? ("table" as const) : ("tree" as const),
    select,
  };
}
