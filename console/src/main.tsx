import "@cloudscape-design/global-styles/index.css";
import "./app/frame.css";

import I18nProvider from "@cloudscape-design/components/i18n";
import messages from "@cloudscape-design/components/i18n/messages/all.en";
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { RouterProvider } from "react-router";

import { createQueryClient } from "./api/queries";
import { followColorMode } from "./app/color-mode";
import { createRouter } from "./app/routes";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no element #root");

followColorMode();
createRoot(root).render(
  <StrictMode>
    <I18nProvider locale="en" messages={[messages]}>
      <QueryClientProvider client={createQueryClient()}>
        <RouterProvider router={createRouter()} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
