import "../../form/form.css";

import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { type SyntheticEvent, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router";

import { addresses, type Scope } from "../../app/scope";
import { ProblemAlert } from "../../components/ProblemAlert";
import { InputEditor } from "../../form/editors/InputEditor";
import { problemOfMessage, readForm } from "../../form/inputs";
import { optionProblems } from "../../form/launching";
import { Commands } from "./Commands";
import { useFormState } from "./form-state";
import { Options } from "./Options";
import type { LaunchSource } from "./source";
import { type Start, startRun } from "./start";

interface Props {
  scope: Scope;
  source: LaunchSource;
}

export function LaunchForm({ scope, source }: Props) {
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const start = useMutation({
    mutationFn: (asked: Start) => startRun(scope, asked),
    onSuccess: (record) => void navigate(addresses.run(scope, record.id.run)),
  });
  const state = useFormState(source, start.isPending || start.isSuccess);
  const { drafts, options, recovers } = state;
  const [refusals, setRefusals] = useState(0);
  const reading = useMemo(() => readForm(source.inputs, drafts), [source, drafts]);
  const wrongOptions = useMemo(() => optionProblems(options), [options]);
  const key = useMemo(() => crypto.randomUUID(), [drafts, options, recovers]); // eslint-disable-line react-hooks/exhaustive-deps -- another request has another key
  const refusal = useMemo(
    () => (start.error ? problemOfMessage(source.inputs, start.error.message) : undefined),
    [source, start.error],
  );
  useEffect(() => {
    if (refusals) focusFirstProblem(form.current);
  }, [refusals]);

  function submit(event: SyntheticEvent) {
    event.preventDefault();
    if (reading.ok && Object.keys(wrongOptions).length === 0) {
      start.mutate({ source, values: reading.values, options, recovers, key });
    } else {
      setRefusals((count) => count + 1);
    }
  }

  return (
    <form ref={form} noValidate onSubmit={submit} aria-label={`Launch ${source.task}`}>
      <Form
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button formAction="none" onClick={() => void navigate(whereFrom(scope, source))}>
              Cancel
            </Button>
            <Button
              variant="primary"
              formAction="submit"
              loading={start.isPending || start.isSuccess}
              loadingText="Starting the run"
            >
              Launch
            </Button>
          </SpaceBetween>
        }
        errorText={refusals ? problemsText(reading, wrongOptions) : ""}
        errorIconAriaLabel="Error"
      >
        <SpaceBetween size="l">
          {source.lacksValues && (
            <Alert type="warning">
              The run’s inputs are too large to be shown here, so the fields begin with the defaults. The command{" "}
              <Box variant="code">flyte rerun {source.origin?.run}</Box> uses the run’s.
            </Alert>
          )}
          {start.error && <ProblemAlert header="The run was not started" error={start.error} />}
          <Container header={<Header variant="h2">Inputs</Header>}>
            <SpaceBetween size="l">
              {source.inputs.length === 0 && <Box>The task takes no inputs.</Box>}
              {source.inputs.map((input) => {
                const draft = drafts[input.name];
                return (
                  draft && (
                    <InputEditor
                      key={input.name}
                      {...{ scope, input, draft }}
                      showsAll={refusals > 0}
                      refusal={refusal?.path.startsWith(input.name) ? refusal : undefined}
                      onChange={state.setDraft}
                    />
                  )
                );
              })}
            </SpaceBetween>
          </Container>
          <Options {...{ scope, source, state }} problems={wrongOptions} />
          <Commands {...{ scope, source, state }} isComplete={reading.ok} />
        </SpaceBetween>
      </Form>
    </form>
  );
}

function whereFrom(scope: Scope, { task, origin }: LaunchSource): string {
  return origin ? addresses.run(scope, origin.run, { action: origin.action }) : addresses.task(scope, task);
}

function problemsText(reading: ReturnType<typeof readForm>, wrongOptions: ReturnType<typeof optionProblems>): string {
  const inputs = reading.ok ? [] : reading.problems.map(({ path }) => path);
  const places = [...new Set([...inputs, ...Object.keys(wrongOptions)])];
  if (places.length === 0) return "";
  return `Not started yet: see what is wrong with ${places.slice(0, 5).join(", ")}${places.length > 5 ? " and others" : ""}.`;
}

function focusFirstProblem(form: HTMLFormElement | null): void {
  form?.querySelector<HTMLElement>('[aria-invalid="true"], [data-problem]')?.focus();
}
