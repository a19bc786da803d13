/**
 * The page that a task wrote with `flyte.report`. It is a stranger's: the frame is sandboxed without the console's origin,
 * and so can neither read the console nor ask the backend anything.
 */
import Box from "@cloudscape-design/components/box";
import { useQuery } from "@tanstack/react-query";

import { isFinal } from "../../../actions/phases";
import { answerOf, client } from "../../../api/client";
import type { ActionRecord } from "../../../api/types";
import { Loaded } from "../../../components/Loaded";
import { dataAddress } from "../data";

export function Report({ record }: { record: ActionRecord }) {
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => answerOf(client.GET("/v1/health", { signal })),
    staleTime: Infinity,
  });
  if (!isFinal(record)) return <Box color="text-body-secondary">The report is shown once the action has ended.</Box>;
  const { project, domain, run, action } = record.id;
  return (
    <Loaded query={health} what="the report">
      {({ bucket }) => (
        <iframe
          className="report"
          title={`Report of ${action}`}
          sandbox="allow-scripts allow-popups"
          src={dataAddress(
            record.id,
            `s3://${bucket}/runs/${project}/${domain}/${run}/${action}/data/report.html`,
            "report",
          )}
        />
      )}
    </Loaded>
  );
}
