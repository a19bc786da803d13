/** Abort while it runs; run it again, with the same or other inputs; recover what failed. */
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { useNavigate } from "react-router";

import { isFinal } from "../../actions/phases";
import type { ActionRecord } from "../../api/types";
import { addresses } from "../../app/scope";
import { ProblemAlert } from "../../components/ProblemAlert";
import { AbortModal } from "./AbortModal";
import { runAgain } from "./commands";

export function RunButtons({ root }: { root: ActionRecord }) {
  const navigate = useNavigate();
  const [isAborting, setAborting] = useState(false);
  const again = useMutation({
    mutationFn: (recovers: boolean) => runAgain(root.id, recovers),
    onSuccess: ({ id }) => navigate(addresses.run(id, id.run)),
  });
  const follow = (choice: string) => {
    if (choice === "inputs") {
      void navigate(addresses.launch(root.id, root.task_name, launchQuery(root)));
    } else {
      again.mutate(choice === "recover");
    }
  };
  const isRecoverable = isFinal(root) && root.phase !== "succeeded";
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="xs">
        {!isFinal(root) && <Button onClick={() => setAborting(true)}>Abort</Button>}
        <ButtonDropdown
          mainAction={{ text: "Run again", loading: again.isPending, onClick: () => follow("again") }}
          ariaLabel="Other ways to run it again"
          items={[
            { id: "inputs", text: "With changed inputs" },
            {
              id: "recover",
              text: "Recover: keep what succeeded",
              disabled: !isRecoverable,
              disabledReason: isFinal(root) ? "It has succeeded as a whole" : "It has not ended",
            },
          ]}
          onItemClick={({ detail }) => follow(detail.id)}
        />
      </SpaceBetween>
      {again.error && <ProblemAlert header="The run was not started" error={again.error} />}
      {isAborting && <AbortModal record={root} what={`the run ${root.id.run}`} onClose={() => setAborting(false)} />}
    </SpaceBetween>
  );
}

function launchQuery(root: ActionRecord) {
  return { version: root.task_version, from: root.id.run, action: root.id.action };
}
