/** Where the page is: the project and domain, the list, and what is shown of it. */
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import { useLocation, useNavigate, useParams } from "react-router";

import { addresses, type Scope } from "./scope";

export function Breadcrumbs() {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const { project, domain, ...names } = useParams();
  if (!project || !domain) return null;
  return (
    <BreadcrumbGroup
      ariaLabel="Where this page is"
      items={breadcrumbs(pathname, { project, domain }, names)}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
      }}
    />
  );
}

interface Names {
  readonly run?: string | undefined;
  readonly task?: string | undefined;
}

export function breadcrumbs(pathname: string, scope: Scope, { run, task }: Names) {
  const isOfTasks = pathname.startsWith(addresses.tasks(scope));
  return [
    { text: `${scope.project} / ${scope.domain}`, href: addresses.runs(scope) },
    isOfTasks ? { text: "Tasks", href: addresses.tasks(scope) } : { text: "Runs", href: addresses.runs(scope) },
    ...(run ? [{ text: run, href: addresses.run(scope, run) }] : []),
    ...(task ? [{ text: task, href: addresses.task(scope, task) }] : []),
    ...(task && pathname.endsWith("/launch") ? [{ text: "Launch", href: addresses.launch(scope, task) }] : []),
  ];
}
