/** Why an action did not succeed. */
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Link from "@cloudscape-design/components/link";

import type { ActionRecord, ErrorRecord } from "../../../api/types";
import { dataAddress } from "../data";
import { TextBlock } from "./TextBlock";

interface Props {
  error: ErrorRecord;
  record: ActionRecord;
}

const WHOSE: Record<ErrorRecord["kind"], string> = {
  user: "The task failed",
  system: "The backend failed",
  unknown: "It failed",
};

export function Failure({ error, record }: Props) {
  return (
    <Alert type="error" header={`${WHOSE[error.kind]}: ${error.code}`}>
      <Box variant="p">{error.message}</Box>
      {error.traceback && <TextBlock label="Traceback" text={error.traceback} />}
      {error.full_text_uri && (
        <Link href={dataAddress(record.id, error.full_text_uri)}>Download the whole text, which is longer</Link>
      )}
    </Alert>
  );
}
