/** How the run is started, apart from its inputs. */
import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Checkbox from "@cloudscape-design/components/checkbox";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";

import type { Scope } from "../../app/scope";
import { type KeyValue, MAP_OPTIONS, type MapOption, optionsText, type RunOptions } from "../../form/launching";
import type { FormState } from "./form-state";
import type { LaunchSource } from "./source";
import { VersionField } from "./VersionField";

interface Props {
  scope: Scope;
  source: LaunchSource;
  state: FormState;
  problems: Partial<Record<keyof RunOptions, string>>;
}

type TextOption = "name" | "service_account" | "raw_data_path" | "max_action_concurrency";
type SwitchOption = "overwrite_cache" | "disable_run_cache";

interface Words {
  readonly label: string;
  readonly description: string;
}

const TEXTS: Readonly<Record<TextOption, Words>> = {
  name: { label: "Run name", description: "It must be new. Without one, the backend chooses it." },
  service_account: { label: "Role", description: "The IAM role that the task runs with, by name or ARN." },
  raw_data_path: { label: "Raw data path", description: "Where files and folders are written, as s3://…" },
  max_action_concurrency: { label: "Actions at a time", description: "How many run at a time, at most; from 2." },
};
const MAPS: Readonly<Record<MapOption, Words & { readonly one: string }>> = {
  labels: { label: "Labels", description: "To find the run by.", one: "label" },
  env_vars: { label: "Environment variables", description: "Of the task and those that it calls.", one: "variable" },
  annotations: { label: "Annotations", description: "Notes that are kept with the run.", one: "annotation" },
  custom_context: { label: "Custom context", description: "Text that every action of the run sees.", one: "entry" },
};
const SWITCHES: Readonly<Record<SwitchOption, Words>> = {
  overwrite_cache: { label: "Renew cached results", description: "Run what is cached too, and keep the new results." },
  disable_run_cache: { label: "Leave the cache alone", description: "Neither use nor keep cached results." },
};

export function Options({ scope, source, state, problems }: Props) {
  const { options, setOptions } = state;
  const isWrong = Object.keys(problems).length > 0;
  const [isOpen, setOpen] = useState(optionsText(options, source.options) !== "");
  const change = (changed: Partial<RunOptions>) => setOptions({ ...options, ...changed });
  return (
    <ExpandableSection
      variant="container"
      headerText="Advanced options"
      headerDescription="Version, name, labels, variables, role, cache"
      expanded={isOpen || isWrong}
      onChange={({ detail }) => setOpen(detail.expanded)}
    >
      <SpaceBetween size="l">
        {!source.spec && <VersionField {...{ scope, source }} />}
        {source.origin?.action === "a0" && (
          <Checkbox
            checked={state.recovers}
            description="What succeeded in the run is not run again, if it is called with the same inputs."
            onChange={({ detail }) => state.setRecovers(detail.checked)}
          >
            Recover
          </Checkbox>
        )}
        {(Object.keys(TEXTS) as TextOption[]).map((name) => (
          <FormField key={name} {...TEXTS[name]} errorText={problems[name] ?? ""}>
            <Input
              value={options[name]}
              autoComplete={false}
              spellcheck={false}
              onChange={({ detail }) => change({ [name]: detail.value })}
            />
          </FormField>
        ))}
        {MAP_OPTIONS.map((name) => (
          <FormField key={name} stretch {...MAPS[name]} errorText={problems[name] ?? ""}>
            <Entries one={MAPS[name].one} entries={options[name]} onChange={(entries) => change({ [name]: entries })} />
          </FormField>
        ))}
        {(Object.keys(SWITCHES) as SwitchOption[]).map((name) => (
          <Checkbox
            key={name}
            checked={options[name]}
            description={SWITCHES[name].description}
            onChange={({ detail }) => change({ [name]: detail.checked })}
          >
            {SWITCHES[name].label}
          </Checkbox>
        ))}
      </SpaceBetween>
    </ExpandableSection>
  );
}

interface EntriesProps {
  one: string;
  entries: readonly KeyValue[];
  onChange: (entries: readonly KeyValue[]) => void;
}

function Entries({ one, entries, onChange }: EntriesProps) {
  const input = (part: keyof KeyValue, index: number, entry: KeyValue) => (
    <Input
      value={entry[part]}
      ariaLabel={`${part === "key" ? "Name" : "Value"} of ${one} ${index + 1}`}
      autoComplete={false}
      spellcheck={false}
      onChange={({ detail }) => onChange(entries.with(index, { ...entry, [part]: detail.value }))}
    />
  );
  return (
    <AttributeEditor
      items={entries}
      definition={[
        { label: "Name", control: (entry, index) => input("key", index, entry) },
        { label: "Value", control: (entry, index) => input("value", index, entry) },
      ]}
      addButtonText={`Add ${one}`}
      removeButtonText="Remove"
      removeButtonAriaLabel={({ key }) => `Remove ${one} ${key}`}
      empty="None"
      onAddButtonClick={() => onChange([...entries, { key: "", value: "" }])}
      onRemoveButtonClick={({ detail }) => onChange(entries.toSpliced(detail.itemIndex, 1))}
    />
  );
}
