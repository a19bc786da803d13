import Link from "@cloudscape-design/components/link";
import Table, { type TableProps } from "@cloudscape-design/components/table";

import type { ActionRecord, Attempt } from "../../../api/types";
import { useSettings } from "../../../app/settings";
import { Moment } from "../../../components/Moment";
import { duration } from "../../../format/durations";
import { logStreamLink } from "../links";

export function Attempts({ record }: { record: ActionRecord }) {
  const aws = useSettings()?.aws;
  const columns: TableProps.ColumnDefinition<Attempt>[] = [
    { id: "number", header: "Attempt", isRowHeader: true, cell: ({ number }) => number },
    { id: "result", header: "Result", cell: (attempt) => resultOf(attempt) },
    { id: "started", header: "Started", cell: ({ started_at }) => <Moment at={started_at} /> },
    { id: "billed", header: "Billed time", cell: ({ active_ms }) => duration(active_ms) },
    {
      id: "suspended",
      header: "Suspended, for free",
      cell: ({ suspended_ms, suspensions }) => (suspensions ? `${duration(suspended_ms)} (${suspensions} ×)` : "–"),
    },
  ];
  if (aws)
    columns.push({
      id: "stream",
      header: "Log stream",
      cell: (attempt) => <Stream href={logStreamLink(aws, attempt)} />,
    });
  return (
    <Table
      variant="borderless"
      contentDensity="compact"
      ariaLabels={{ tableLabel: "Attempts" }}
      trackBy={({ number }) => String(number)}
      items={record.attempts}
      columnDefinitions={columns}
    />
  );
}

function resultOf({ error, ended_at }: Attempt): string {
  if (error) return error.code;
  return ended_at ? "Succeeded" : "Not ended";
}

function Stream({ href }: { href: string | undefined }) {
  if (!href) return <>–</>;
  return (
    <Link external href={href}>
      CloudWatch
    </Link>
  );
}
