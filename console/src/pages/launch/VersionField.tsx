/** Which version of the task is run. Another one has other inputs: the form is made anew, with what was changed in it. */
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "react-router";

import type { Scope } from "../../app/scope";
import { versionsQuery } from "../task/task-query";
import type { LaunchSource } from "./source";

export function VersionField({ scope, source }: { scope: Scope; source: LaunchSource }) {
  const [, setParams] = useSearchParams();
  const { data, isPending } = useQuery(versionsQuery(scope, source.task));
  const known =
    data?.tasks.map((task) => ({
      value: task.version,
      label: task.version,
      ...(task.is_latest && { tags: ["Latest"] }),
    })) ?? [];
  const chosen = known.find(({ value }) => value === source.version) ?? {
    value: source.version,
    label: source.version,
  };
  return (
    <FormField label="Version" description="Of the task’s code. The form follows its inputs.">
      <Select
        options={known}
        selectedOption={chosen}
        statusType={isPending ? "loading" : "finished"}
        loadingText="Loading versions"
        onChange={({ detail }) =>
          setParams((current) => {
            const made = new URLSearchParams(current);
            made.set("version", detail.selectedOption.value ?? "");
            return made;
          })
        }
      />
    </FormField>
  );
}
