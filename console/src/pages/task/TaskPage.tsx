import Header from "@cloudscape-design/components/header";

import { PageTitle } from "../../components/PageTitle";

export default function TaskPage() {
  return (
    <>
      <PageTitle>Task</PageTitle>
      <Header variant="h1">Task</Header>
    </>
  );
}
