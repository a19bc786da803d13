/** The API's models by name, from the generated schema. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type ActionPhase = Schemas["ActionPhase"];
export type ActionRecord = Schemas["ActionRecord"];
export type ActionIo = Schemas["ActionIo"];
export type Attempt = Schemas["Attempt"];
export type ConditionDetails = Schemas["ConditionDetails"];
export type Cost = Schemas["Cost"];
export type ErrorRecord = Schemas["ErrorRecord"];
export type Health = Schemas["Health"];
export type LatestSet = Schemas["LatestSet"];
export type LogLine = Schemas["LogLine"];
export type Parameter = Schemas["Parameter"];
export type Project = Schemas["Project"];
export type RunPage = Schemas["RunPage"];
export type RunSpec = Schemas["RunSpec"];
export type TaskDetails = Schemas["TaskDetails"];
export type TaskSpec = Schemas["TaskSpec"];
export type TaskVersion = Schemas["TaskVersion"];
export type TriggerRecord = Schemas["TriggerRecord"];

/** What a request needs to name: fields with defaults may be left out, although an answer always has them. */
export type Asked<Model, Required extends keyof Model = never> = Partial<Model> & Pick<Model, Required>;
