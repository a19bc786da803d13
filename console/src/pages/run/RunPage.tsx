import Header from "@cloudscape-design/components/header";

import { PageTitle } from "../../components/PageTitle";

export default function RunPage() {
  return (
    <>
      <PageTitle>Run</PageTitle>
      <Header variant="h1">Run</Header>
    </>
  );
}
