/** The answer that a condition waits for, in a form of its type. */
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type SubmitEvent, useState } from "react";

import type { ActionRecord, ConditionDetails } from "../../../api/types";
import { Moment } from "../../../components/Moment";
import { ProblemAlert } from "../../../components/ProblemAlert";
import { answerCondition } from "../commands";
import { readAnswer } from "../answers";

interface Props {
  record: ActionRecord;
  condition: ConditionDetails;
}

export function Signal({ record, condition }: Props) {
  const queries = useQueryClient();
  const answer = useMutation({
    mutationFn: (value: boolean | number | string) => answerCondition(record.id, value),
    onSuccess: () => queries.invalidateQueries(),
  });
  const { mutate, isPending, error } = answer;
  return (
    <Container
      header={
        <Header variant="h3" description={condition.description}>
          Waits for an answer
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Box variant="p">
          <span className="prompt">{condition.prompt}</span>
        </Box>
        {condition.data_type === "bool" ? (
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="primary" loading={isPending} onClick={() => mutate(true)}>
              Yes
            </Button>
            <Button disabled={isPending} onClick={() => mutate(false)}>
              No
            </Button>
          </SpaceBetween>
        ) : (
          <AnswerForm type={condition.data_type} isPending={isPending} onAnswer={mutate} />
        )}
        {condition.ends_at && (
          <Box color="text-body-secondary">
            Without an answer it times out at <Moment at={condition.ends_at} />.
          </Box>
        )}
        {error && <ProblemAlert header="The answer was not taken" error={error} />}
      </SpaceBetween>
    </Container>
  );
}

interface FormProps {
  type: "int" | "float" | "str";
  isPending: boolean;
  onAnswer: (value: number | string) => void;
}

function AnswerForm({ type, isPending, onAnswer }: FormProps) {
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState("");
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readAnswer(type, text);
    if ("wrong" in read) setWrong(read.wrong);
    else onAnswer(read.value);
  };
  return (
    <form onSubmit={send}>
      <SpaceBetween size="s">
        <FormField label="Answer" errorText={wrong}>
          <Input
            value={text}
            inputMode={type === "str" ? "text" : type === "int" ? "numeric" : "decimal"}
            onChange={({ detail }) => {
              setText(detail.value);
              setWrong("");
            }}
          />
        </FormField>
        <Button variant="primary" formAction="submit" loading={isPending}>
          Send
        </Button>
      </SpaceBetween>
    </form>
  );
}
