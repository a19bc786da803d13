/** What ran: the version's code, to download, and where it came from. */
import Button from "@cloudscape-design/components/button";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";

import { answerOf, client } from "../../../api/client";
import type { ActionRecord, TaskSpec } from "../../../api/types";
import { ProblemAlert } from "../../../components/ProblemAlert";
import { bytes } from "../../../format/amounts";

interface Props {
  record: ActionRecord;
  spec: TaskSpec;
}

export function Code({ record, spec }: Props) {
  // Asked for when it is wanted: the address is good for some minutes only.
  const download = useMutation({
    mutationFn: () =>
      answerOf(
        client.GET("/v1/projects/{project}/domains/{domain}/runs/{run}/actions/{action}/code", {
          params: { path: record.id },
        }),
      ),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const { loader, code, source_url } = spec;
  return (
    <SpaceBetween size="m">
      <KeyValuePairs
        columns={2}
        items={[
          { label: "Version", value: spec.version },
          {
            label: "Function",
            value: loader.module ? `${loader.module}:${loader.attribute}` : `${loader.attribute} (pickled)`,
          },
          ...(code ? [{ label: "Code", value: `${bytes(code.size_bytes)}, sha256 ${code.sha256.slice(0, 12)}…` }] : []),
          ...(source_url && /^https?:/.test(source_url)
            ? [
                {
                  label: "Source",
                  value: (
                    <Link external href={source_url}>
                      {source_url}
                    </Link>
                  ),
                },
              ]
            : []),
        ]}
      />
      {code && (
        <Button iconName="download" loading={download.isPending} onClick={() => download.mutate()}>
          Download the code (zip)
        </Button>
      )}
      {download.error && <ProblemAlert header="The code cannot be downloaded" error={download.error} />}
    </SpaceBetween>
  );
}
