/** Fields that belong together, with a name for all of them: a record, a list. */
import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ReactNode, useId } from "react";

import { constraintText, type Field } from "../fields";
import { useInputContext } from "./context";

interface Props {
  readonly field: Field;
  readonly path: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly children: ReactNode;
  /** Whether the fields stand apart from what is around them. */
  readonly isIndented?: boolean;
}

export function Group({ field, path, label, description = "", children, isIndented = true }: Props) {
  const id = useId();
  const { problems } = useInputContext();
  const problem = problems.get(path);
  const words = [description, constraintText(field)].filter(Boolean).join("; ");
  return (
    <div role="group" aria-labelledby={id} aria-describedby={`${id}-problem`}>
      <div id={id}>
        <Box variant="awsui-key-label" tagOverride="span">
          {label}
        </Box>{" "}
        <Box variant="span" color="text-body-secondary" fontSize="body-s">
          {field.type}
        </Box>
      </div>
      {words && (
        <Box color="text-body-secondary" fontSize="body-s">
          {words}
        </Box>
      )}
      <div id={`${id}-problem`} className="form-problem" {...(problem && { "data-problem": true, tabIndex: -1 })}>
        {problem && <StatusIndicator type="error">{problem}</StatusIndicator>}
      </div>
      <div className={isIndented ? "form-group" : ""}>{children}</div>
    </div>
  );
}
