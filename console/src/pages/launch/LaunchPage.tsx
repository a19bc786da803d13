import Header from "@cloudscape-design/components/header";

import { PageTitle } from "../../components/PageTitle";

export default function LaunchPage() {
  return (
    <>
      <PageTitle>Launch</PageTitle>
      <Header variant="h1">Launch</Header>
    </>
  );
}
