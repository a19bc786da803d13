import SideNavigation from "@cloudscape-design/components/side-navigation";
import { useLocation, useNavigate } from "react-router";

import { addresses } from "./scope";
import { useShownScope } from "./shown-scope";

export function Navigation() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const scope = useShownScope();
  if (!scope) return null;
  const items = [
    { type: "link" as const, text: "Runs", href: addresses.runs(scope) },
    { type: "link" as const, text: "Tasks", href: addresses.tasks(scope) },
  ];
  const shown = items.find(({ href }) => pathname === href || pathname.startsWith(`${href}/`));
  return (
    <SideNavigation
      activeHref={shown?.href ?? ""}
      header={{ text: scope.project, href: addresses.runs(scope) }}
      items={items}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
      }}
    />
  );
}
