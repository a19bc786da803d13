import CollectionPreferences from "@cloudscape-design/components/collection-preferences";

import { useKept } from "../../components/kept";
import { DEFAULT_COLUMNS } from "./columns";

export interface RunPreferences {
  readonly pageSize: number;
  readonly wrapLines: boolean;
  readonly contentDensity: "comfortable" | "compact";
  readonly columns: readonly string[];
}

const INITIAL: RunPreferences = {
  pageSize: 50,
  wrapLines: false,
  contentDensity: "comfortable",
  columns: DEFAULT_COLUMNS,
};

export const useRunPreferences = () => useKept("flyte.runs", INITIAL);

interface Props {
  options: readonly { readonly id: string; readonly header: string }[];
  preferences: RunPreferences;
  onChange: (preferences: RunPreferences) => void;
}

export function RunPreferencesButton({ options, preferences, onChange }: Props) {
  return (
    <CollectionPreferences
      title="Preferences"
      confirmLabel="Confirm"
      cancelLabel="Cancel"
      preferences={{ ...preferences, visibleContent: preferences.columns }}
      pageSizePreference={{
        options: [20, 50, 100, 200].map((value) => ({ value, label: `${value} runs` })),
      }}
      wrapLinesPreference={{}}
      contentDensityPreference={{}}
      visibleContentPreference={{
        title: "Columns",
        options: [
          { label: "", options: options.map(({ id, header }) => ({ id, label: header, editable: id !== "run" })) },
        ],
      }}
      onConfirm={({ detail }) =>
        onChange({
          pageSize: detail.pageSize ?? INITIAL.pageSize,
          wrapLines: detail.wrapLines ?? INITIAL.wrapLines,
          contentDensity: detail.contentDensity ?? INITIAL.contentDensity,
          columns: detail.visibleContent ?? INITIAL.columns,
        })
      }
    />
  );
}
