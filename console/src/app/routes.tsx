/** Which address shows which page. Each page is loaded when it is first shown. */
import type { ComponentType } from "react";
import { createBrowserRouter, type RouteObject } from "react-router";

import { FirstPage } from "./FirstPage";
import { Frame } from "./Frame";
import { LoadingPage } from "./LoadingPage";
import { NoSuchPage } from "./NoSuchPage";
import { PageFailure } from "./PageFailure";
import { RunAddress } from "./RunAddress";

/** A page's module has the page as its default export. */
function page(path: string, load: () => Promise<{ default: ComponentType }>): RouteObject {
  return {
    path,
    ErrorBoundary: PageFailure,
    lazy: async () => ({ Component: (await load()).default }),
  };
}

export const routes: RouteObject[] = [
  {
    Component: Frame,
    ErrorBoundary: PageFailure,
    HydrateFallback: LoadingPage,
    children: [
      { index: true, Component: FirstPage },
      {
        path: "p/:project/:domain",
        children: [
          page("runs", () => import("../pages/runs/RunsPage")),
          page("runs/:run", () => import("../pages/run/RunPage")),
          page("tasks", () => import("../pages/tasks/TasksPage")),
          page("tasks/:task", () => import("../pages/task/TaskPage")),
          page("tasks/:task/launch", () => import("../pages/launch/LaunchPage")),
        ],
      },
      // Where Flyte's own console has a run, and so what `run.url` says.
      { path: "v2/domain/:domain/project/:project/runs/:run", Component: RunAddress },
      { path: "*", Component: NoSuchPage },
    ],
  },
];

export const createRouter = () => createBrowserRouter(routes);
