/** IAM principals as access entries name them, and the names EKS gives them in Kubernetes. */

/** The entry's principal of a caller: of an assumed role the role, without its path, as STS leaves it out. */
export function principalOf(callerArn: string): string {
  const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\//.exec(callerArn);
  return session ? `arn:aws:iam::${session[1] ?? ""}:role/${session[2] ?? ""}` : callerArn;
}

/** Whether a caller is the principal; a role's path is not part of its sessions' ARNs. */
export function isPrincipal(callerArn: string, principalArn: string): boolean {
  const withoutPath = principalArn.replace(/:role\/(?:.*\/)?/, ":role/");
  return principalOf(callerArn) === withoutPath || callerArn === principalArn;
}

/** The username that a STANDARD entry gets when none is given. */
export function defaultUsername(principalArn: string): string {
  const role = /^arn:aws:iam::(\d+):role\/(?:.*\/)?([^/]+)$/.exec(principalArn);
  return role ? `arn:aws:sts::${role[1] ?? ""}:assumed-role/${role[2] ?? ""}/{{SessionName}}` : principalArn;
}

/** Fills the session's name into a username; characters that Kubernetes would misread become dashes. */
export function fillSession(username: string, callerArn: string): string {
  const session = callerArn.split("/").at(-1) ?? "";
  return username
    .replaceAll("{{SessionName}}", session.replaceAll(/[:@]/g, "-"))
    .replaceAll("{{SessionNameRaw}}", session)
    .replaceAll("{{EC2PrivateDNSName}}", session);
}
