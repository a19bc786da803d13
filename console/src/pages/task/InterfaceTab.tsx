/** What the task takes and gives, and what its docstring says. */
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";

import { constraintText, fieldOf } from "../../form/fields";
import { type Input, inputsOf } from "../../form/inputs";
import { isList, isObject, type Json, jsonText } from "../../form/json";
import { textOf } from "../../form/schema";
import { typeName } from "../../form/type-name";
import type { ShownTask } from "./task-query";

export function InterfaceTab({ shown: { spec, details } }: { shown: ShownTask }) {
  const described = isObject(spec.interface) ? spec.interface : {};
  return (
    <SpaceBetween size="l">
      {details.spec.docs && (
        <Container header={<Header variant="h2">Documentation</Header>}>
          <div className="task-docs">{details.spec.docs}</div>
        </Container>
      )}
      <Inputs inputs={inputsOf(described.inputs)} />
      <Outputs outputs={described.outputs} />
    </SpaceBetween>
  );
}

function Inputs({ inputs }: { inputs: readonly Input[] }) {
  return (
    <Table
      header={
        <Header variant="h2" counter={`(${inputs.length})`}>
          Inputs
        </Header>
      }
      ariaLabels={{ tableLabel: "Inputs" }}
      items={inputs}
      wrapLines
      columnDefinitions={[
        { id: "name", header: "Name", isRowHeader: true, cell: ({ name }) => <Box variant="code">{name}</Box> },
        { id: "type", header: "Type", cell: ({ field }) => <Box variant="code">{field.type}</Box> },
        { id: "default", header: "Default", cell: (input) => <DefaultCell input={input} /> },
        { id: "description", header: "Description", cell: aboutInput },
      ]}
      empty="The task takes no inputs."
    />
  );
}

function DefaultCell({ input }: { input: Input }) {
  if (input.default === undefined) return <>Required</>;
  return <Box variant="code">{input.default === null ? "None" : jsonText(input.default)}</Box>;
}

function aboutInput({ description, field }: Input): string {
  const inner = field.kind === "optional" ? field.inner() : field;
  return [description, constraintText(inner)].filter(Boolean).join("; ") || "–";
}

function Outputs({ outputs }: { outputs: Json | undefined }) {
  const items = (isList(outputs) ? outputs : []).filter(isObject);
  return (
    <Table
      header={
        <Header variant="h2" counter={`(${items.length})`}>
          Outputs
        </Header>
      }
      ariaLabels={{ tableLabel: "Outputs" }}
      items={items}
      columnDefinitions={[
        { id: "name", header: "Name", isRowHeader: true, cell: ({ name }) => <Box variant="code">{textOf(name)}</Box> },
        {
          id: "type",
          header: "Type",
          cell: ({ json_schema: schema }) => (
            <Box variant="code">{isObject(schema) ? typeName(schema) : fieldOf({}).type}</Box>
          ),
        },
      ]}
      empty="The task gives nothing back."
    />
  );
}
