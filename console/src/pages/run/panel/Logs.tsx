/** What an action printed, live. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Toggle from "@cloudscape-design/components/toggle";
import { useMemo, useState } from "react";

import type { ActionRecord } from "../../../api/types";
import { useKept } from "../../../components/kept";
import { ProblemAlert } from "../../../components/ProblemAlert";
import { textOf, useLogLines } from "../logs-query";
import { LogLines } from "./LogLines";

const OPTIONS = { follow: true, wrap: true, times: false, system: true };
const LABELS: Record<keyof typeof OPTIONS, string> = {
  follow: "Follow",
  wrap: "Wrap lines",
  times: "Times",
  system: "Lines of the system",
};

export function Logs({ record }: { record: ActionRecord }) {
  const [attempt, setAttempt] = useState<number>();
  const [options, setOptions] = useKept("flyte.logs", OPTIONS);
  const { lines, error, isPending, hasEnded, refetch } = useLogLines(record.id, attempt);
  const shown = useMemo(
    () => (options.system ? lines : lines.filter(({ source }) => source === "user")),
    [lines, options.system],
  );
  return (
    <SpaceBetween size="s">
      <div className="log-options">
        {(Object.keys(OPTIONS) as (keyof typeof OPTIONS)[]).map((name) => (
          <Toggle
            key={name}
            checked={options[name]}
            onChange={({ detail }) => setOptions({ ...options, [name]: detail.checked })}
          >
            {LABELS[name]}
          </Toggle>
        ))}
        {record.attempts.length > 1 && <AttemptSelect record={record} attempt={attempt} onChange={setAttempt} />}
        <Button
          iconName="download"
          disabled={!shown.length}
          onClick={() => save(`${record.id.run}-${record.id.action}.log`, textOf(shown, options.times))}
        >
          Download
        </Button>
      </div>
      {error && <ProblemAlert header="The log cannot be read" error={error} onRetry={() => void refetch()} />}
      {shown.length > 0 && <LogLines lines={shown} {...options} />}
      <Box color="text-body-secondary">
        <span role="status">{stateOf(shown.length, hasEnded, isPending)}</span>
      </Box>
    </SpaceBetween>
  );
}

function stateOf(count: number, hasEnded: boolean, isPending: boolean): string {
  if (isPending) return "Reading the log";
  if (!hasEnded) return count ? `${count} lines so far. More are shown as they come.` : "Nothing was printed so far.";
  return count ? `${count} lines. That is all.` : "Nothing was printed.";
}

interface AttemptProps {
  record: ActionRecord;
  attempt: number | undefined;
  onChange: (attempt: number | undefined) => void;
}

function AttemptSelect({ record, attempt, onChange }: AttemptProps) {
  const all = { value: "", label: "All attempts" };
  const options = [
    all,
    ...record.attempts.map(({ number }) => ({ value: String(number), label: `Attempt ${number}` })),
  ];
  return (
    <Select
      ariaLabel="Attempt"
      options={options}
      selectedOption={options.find(({ value }) => value === String(attempt)) ?? all}
      onChange={({ detail }) => onChange(Number(detail.selectedOption.value) || undefined)}
    />
  );
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
