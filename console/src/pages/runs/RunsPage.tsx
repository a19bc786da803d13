import Header from "@cloudscape-design/components/header";

import { PageTitle } from "../../components/PageTitle";

export default function RunsPage() {
  return (
    <>
      <PageTitle>Runs</PageTitle>
      <Header variant="h1">Runs</Header>
    </>
  );
}
