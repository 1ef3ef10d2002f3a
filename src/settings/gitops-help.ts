/** Help for the settings of `gitops-schema.ts`, in the form of `help.ts`. */
import type { SettingHelp } from "./help.ts";

const trueOrFalse = (example: string): SettingHelp => ({ allowed: "true or false", example });
const branch = (example: string): SettingHelp => ({ allowed: "the name of a branch", example });
const repository: SettingHelp = {
  allowed: "https://host/owner/name.git or ssh://git@host/owner/name.git",
  example: "https://github.com/acme/platform.git",
};
const quantity = (example: string): SettingHelp => ({ allowed: "a quantity such as 500m or 1Gi", example });
const credential: SettingHelp = {
  allowed:
    "type token (token), basic (username, password), ssh (privateKey, knownHosts, deployKey), github-app (appId, installationId, privateKey) or registry (server, username, password), each secret as text or as {awsSecret, key}",
  example: "{}",
};
const resources: SettingHelp = { allowed: "cpu and memory", example: "{}" };

export const gitopsHelp: Readonly<Record<string, SettingHelp>> = {
  gitops: { allowed: "url, branch, interval and signingKey", example: "{}" },
  "gitops.url": repository,
  "gitops.branch": branch("main"),
  "gitops.interval": { allowed: "a duration such as 30s or 1m", example: "1m" },
  "gitops.signingKey": {
    allowed: "the public half of the key that releases are signed with: PEM of an ECDSA key on P-256",
    example: '"$(cat signing.pub)"',
  },
  alerts: { allowed: "a list of places that Flux tells what it does; none in a sandbox", example: "[]" },
  "alerts[]": {
    allowed:
      "kind slack (address, channel), msteams (address), webhook (address) or github (repository, token), each with severity info or error, and each secret as text or as {awsSecret, key}",
    example: "{}",
  },
  flux: {
    allowed: "enabled, version, manifest, lockdown, tolerations, resources and timeoutMinutes",
    example: "{}",
  },
  "flux.enabled": trueOrFalse("true"),
  "flux.version": { allowed: "a release of Flux such as v2.9.1", example: "v2.9.1" },
  "flux.manifest": {
    allowed: "the address of the install manifest of this version",
    example: "https://mirror.example.com/flux/v2.9.1/install.yaml",
  },
  "flux.lockdown": trueOrFalse("true"),
  "flux.tolerations": { allowed: "a list of tolerations", example: "[]" },
  "flux.tolerations[]": { allowed: "a toleration with key, operator, value and effect", example: "{}" },
  "flux.tolerations[].key": { allowed: "the key of a taint", example: "dedicated" },
  "flux.tolerations[].operator": { allowed: "Exists or Equal", example: "Equal" },
  "flux.tolerations[].value": { allowed: "the value of a taint", example: "platform" },
  "flux.tolerations[].effect": {
    allowed: "NoSchedule, PreferNoSchedule or NoExecute",
    example: "NoSchedule",
  },
  "flux.resources": { allowed: "requests and limits of each controller", example: "{}" },
  "flux.resources.requests": resources,
  "flux.resources.requests.*": quantity("100m"),
  "flux.resources.limits": resources,
  "flux.resources.limits.*": quantity("1Gi"),
  "flux.timeoutMinutes": { allowed: "a whole number of minutes from 1 to 120", example: "15" },
  sandbox: { allowed: "kind, branch, branchPattern, environment and apps", example: "{}" },
  "sandbox.kind": { allowed: "platform, application or performance", example: "platform" },
  "sandbox.branch": {
    allowed: "a branch that is named after the ticket, such as TICKET-123-add-keda",
    example: "TICKET-123-add-keda",
  },
  "sandbox.branchPattern": {
    allowed: "a regular expression that the names of ticket branches match",
    example: "^TICKET-[0-9]+-.+$",
  },
  "sandbox.environment": { allowed: "development, staging or production", example: "staging" },
  "sandbox.apps": { allowed: "url, branch and path of the team's own repository", example: "{}" },
  "sandbox.apps.url": repository,
  "sandbox.apps.branch": branch("main"),
  "sandbox.apps.path": { allowed: "a directory from the root of the repository", example: "sandbox" },
  services: { allowed: "keda", example: "{}" },
  "services.keda": { allowed: "delivery, version, interval, retries and values", example: "{}" },
  "services.keda.delivery": { allowed: "cluster or git", example: "cluster" },
  "services.keda.version": { allowed: "an exact version of the chart", example: "2.21.0" },
  "services.keda.interval": { allowed: "a duration such as 30m or 1h", example: "1h" },
  "services.keda.retries": { allowed: "a whole number from 0 to 20", example: "3" },
  "services.keda.values": { allowed: "values of the chart", example: "{}" },
  "services.keda.values.*": { allowed: "a value of the chart", example: "2" },
  credentials: { allowed: "root, platform, apps and github", example: "{}" },
  "credentials.root": credential,
  "credentials.platform": credential,
  "credentials.apps": credential,
  "credentials.github": { allowed: "a token as text or as {awsSecret, key}", example: "{}" },
};
