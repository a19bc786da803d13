/** The bar at the top: where one is (project and domain), and light or dark. */
import type { ButtonDropdownProps } from "@cloudscape-design/components/button-dropdown";
import TopNavigation, { type TopNavigationProps } from "@cloudscape-design/components/top-navigation";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "react-router";

import { answerOf, client } from "../api/client";
import { type ColorChoice, useColorChoice } from "./color-mode";
import { addresses } from "./scope";
import { useSettings } from "./settings";
import { useShownScope } from "./shown-scope";

const COLOR_CHOICES: Record<ColorChoice, string> = { system: "As the system", light: "Light", dark: "Dark" };

export function TopBar() {
  const navigate = useNavigate();
  return (
    <TopNavigation
      identity={{
        href: "/",

        title: "Flyte on AWS Lambda",
        logo: { src: "/icon.svg", alt: "Flyte" },
        onFollow: (event) => {
          event.preventDefault();
          void navigate("/");
        },
      }}
      utilities={[useScopeMenu(), useColorMenu()]}
    />
  );
}

function useScopeMenu(): TopNavigationProps.MenuDropdownUtility {
  const navigate = useNavigate();
  const scope = useShownScope();
  const domains = useSettings()?.domains ?? [];
  const projects = useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => answerOf(client.GET("/v1/projects", { signal })),
    staleTime: 60_000,
  }).data?.projects;
  const names = projects?.filter(({ archived }) => !archived).map(({ id }) => id) ?? (scope ? [scope.project] : []);
  const items = names.map((project): ButtonDropdownProps.ItemGroup => ({
    text: project,
    items: domains.map((domain) => ({ id: addresses.runs({ project, domain }), text: domain })),
  }));
  return {
    type: "menu-dropdown",
    text: scope ? `${scope.project} / ${scope.domain}` : "Project",
    title: "Project and domain",
    description: "What to show",
    items,
    expandableGroups: names.length > 3,
    onItemClick: ({ detail }) => void navigate(detail.id),
  };
}

function useColorMenu(): TopNavigationProps.MenuDropdownUtility {
  const [choice, choose] = useColorChoice();
  return {
    type: "menu-dropdown",
    iconName: "settings",
    ariaLabel: "Colours",
    title: "Colours",
    items: Object.entries(COLOR_CHOICES).map(([id, text]) => ({
      itemType: "checkbox",
      id,
      text,
      checked: id === choice,
    })),
    onItemClick: ({ detail }) => choose(detail.id as ColorChoice),
  };
}
