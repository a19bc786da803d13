/** Who did something, short: the user's name, or role and session, of an ARN. */
export function shortCaller(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  return resource.replace(/^(?:user|assumed-role|federated-user)\//, "") || arn;
}
