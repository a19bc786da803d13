/** A control with its label, its type, what is allowed, and what is wrong with what is in it. */
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import type { ReactNode } from "react";

import { constraintText, type Field } from "../fields";
import { useInputContext } from "./context";

interface Props {
  readonly field: Field;
  readonly path: string;
  readonly label: ReactNode;
  readonly description: string | undefined;
  readonly children: ReactNode;
  readonly hint?: string;
}

export function LabelledField({ field, path, label, description = "", children, hint = "" }: Props) {
  const { problems } = useInputContext();
  const constraints = [hint, constraintText(field)].filter(Boolean).join("; ");
  return (
    <FormField
      stretch
      label={label}
      info={
        <Box variant="span" color="text-body-secondary" fontSize="body-s">
          {field.type}
        </Box>
      }
      description={description}
      constraintText={constraints && constraints.charAt(0).toUpperCase() + constraints.slice(1)}
      errorText={problems.get(path) ?? ""}
    >
      {children}
    </FormField>
  );
}
