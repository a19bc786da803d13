/** What is around every page: the bar at the top, the navigation, and the way past both by keyboard. */
import AppLayoutToolbar from "@cloudscape-design/components/app-layout-toolbar";
import { useState } from "react";
import { Outlet, ScrollRestoration } from "react-router";

import { Breadcrumbs } from "./Breadcrumbs";
import { Navigation } from "./Navigation";
import { TopBar } from "./TopBar";

export function Frame() {
  const [isNavigationOpen, setNavigationOpen] = useState(() => window.matchMedia("(min-width: 1000px)").matches);
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the page
      </a>
      <div id="top">
        <TopBar />
      </div>
      <AppLayoutToolbar
        breadcrumbs={<Breadcrumbs />}
        headerSelector="#top"
        navigation={<Navigation />}
        navigationOpen={isNavigationOpen}
        onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
        toolsHide
        content={
          <div id="content" tabIndex={-1}>
            <Outlet />
          </div>
        }
      />
      <ScrollRestoration />
    </>
  );
}
