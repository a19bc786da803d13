/** Where else an action can be looked at: in the AWS console, and where its task says. */
import type { ActionRecord, Attempt, TaskSpec } from "../../api/types";
import type { Settings } from "../../app/settings";

type Aws = NonNullable<Settings["aws"]>;

export function executionLink(aws: Aws, record: ActionRecord): string | undefined {
  if (!record.execution_arn) return undefined;
  return `${aws.console}/states/home?region=${aws.region}#/v2/executions/details/${encodeURIComponent(record.execution_arn)}`;
}

export function logStreamLink(aws: Aws, attempt: Attempt): string | undefined {
  if (!attempt.log_group || !attempt.log_stream) return undefined;
  const place = `log-group/${cloudWatchWord(attempt.log_group)}/log-events/${cloudWatchWord(attempt.log_stream)}`;
  return `${aws.console}/cloudwatch/home?region=${aws.region}#logsV2:log-groups/${place}`;
}

/** The links that the task itself declares, with the action's words put in. Only addresses that are safe to follow. */
export function taskLinks(record: ActionRecord, spec: TaskSpec): readonly { name: string; href: string }[] {
  const words: Record<string, string> = {
    project: record.id.project,
    domain: record.id.domain,
    runName: record.id.run,
    actionName: record.id.action,
    parentActionName: record.parent ?? "",
    podName: record.attempts.at(-1)?.log_stream ?? "",
  };
  return spec.links
    .map(({ name, uri }) => ({
      name,
      href: uri.replace(/\{\{\.(\w+)\}\}/g, (_found, word: string) => encodeURIComponent(words[word] ?? "")),
    }))
    .filter(({ href }) => /^https?:\/\//i.test(href));
}

/** CloudWatch's console quotes words of its addresses twice, with a dollar sign for the percent sign. */
function cloudWatchWord(word: string): string {
  return encodeURIComponent(encodeURIComponent(word)).replaceAll("%", "$");
}
