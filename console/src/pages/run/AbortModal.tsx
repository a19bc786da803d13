/** Asks before anything is aborted, and for the reason, which is recorded with it. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Input from "@cloudscape-design/components/input";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import type { ActionRecord } from "../../api/types";
import { ProblemAlert } from "../../components/ProblemAlert";
import { abortAction } from "./commands";

interface Props {
  record: ActionRecord;
  /** What is aborted, such as "the run r1". */
  what: string;
  onClose: () => void;
}

export function AbortModal({ record, what, onClose }: Props) {
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const abort = useMutation({
    mutationFn: () => abortAction(record.id, reason),
    onSuccess: async () => {
      onClose();
      await queries.invalidateQueries();
    },
  });
  return (
    <Modal
      visible
      header={`Abort ${what}?`}
      onDismiss={onClose}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={onClose}>
              Let it run
            </Button>
            <Button variant="primary" loading={abort.isPending} onClick={() => abort.mutate()}>
              Abort
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <SpaceBetween size="m">
        <span>
          It and all that it has called are stopped within seconds. That cannot be undone; it can be run again.
        </span>
        <FormField label="Reason" description="Shown with the run. It may be left empty.">
          <Input value={reason} onChange={({ detail }) => setReason(detail.value)} />
        </FormField>
        {abort.error && <ProblemAlert header={`${what} was not aborted`} error={abort.error} />}
      </SpaceBetween>
    </Modal>
  );
}
