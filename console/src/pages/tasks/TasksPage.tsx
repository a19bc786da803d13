import Header from "@cloudscape-design/components/header";

import { PageTitle } from "../../components/PageTitle";

export default function TasksPage() {
  return (
    <>
      <PageTitle>Tasks</PageTitle>
      <Header variant="h1">Tasks</Header>
    </>
  );
}
