/** The title of the browser's tab. React moves it to the document's head. */
export function PageTitle({ children }: { children: string }) {
  return <title>{`${children} · Flyte on AWS Lambda`}</title>;
}
