/** What the settings of Flux and the sandbox's branch cannot be checked for alone. Nothing is where Flux is off. */
import type { Mistake } from "../errors.ts";
import { ticketBranchFault } from "../git/branch-names.ts";
import { alertSecret } from "../flux/alerts.ts";
import { credentialFault, secretValues } from "../secrets/credential.ts";
import type { Check } from "./cross-checks.ts";
import { mistakeAt, type Given } from "./mistakes.ts";

const repository: Check = ({ flux, gitops }, { stack }) =>
  flux?.enabled === true && gitops !== undefined && gitops.url === undefined
    ? [mistakeAt(["gitops", "url"], given(stack, "gitops", gitops))]
    : [];

const ticketBranch: Check = ({ flux, gitops, sandbox, tags }, { stack, environment }) => {
  const isPlatform = environment === "sandbox" && sandbox?.kind === "platform";
  if (flux?.enabled !== true || !isPlatform || gitops === undefined) return [];
  const where = given(stack, "sandbox", sandbox);
  if (sandbox.branch === undefined) return [mistakeAt(["sandbox", "branch"], where)];
  const fault = ticketBranchFault(sandbox.branch, {
    pattern: sandbox.branchPattern,
    ticket: tags?.ticket,
    base: gitops.branch,
  });
  return fault === undefined ? [] : [mistakeAt(["sandbox", "branch"], where, fault)];
};

const applications: Check = ({ flux, sandbox }, { stack, environment }) =>
  flux?.enabled === true &&
  environment === "sandbox" &&
  sandbox?.kind === "application" &&
  sandbox.apps === undefined
    ? [mistakeAt(["sandbox", "apps"], given(stack, "sandbox", sandbox))]
    : [];

const logins: Check = ({ credentials, gitops, sandbox }, { stack }) => {
  const pairs = [
    { name: "root", credential: credentials?.root, url: gitops?.url },
    { name: "apps", credential: credentials?.apps, url: sandbox?.apps?.url },
  ];
  return pairs.flatMap(({ name, credential, url }): Mistake[] => {
    const fault = credential && url !== undefined ? credentialFault(credential.type, url) : undefined;
    if (fault === undefined || credential === undefined) return [];
    return [
      {
        what: `credentials.${name}: given type ${credential.type}, which ${fault}.`,
        remedy: `Edit credentials.${name} in Pulumi.${stack}.yaml.`,
      },
    ];
  });
};

/** A key is let in at the root's repository; the same one at a second place would be refused. */
const deployKeys: Check = ({ credentials = {} }, { stack }) =>
  (["platform", "apps"] as const)
    .map((name) => [name, credentials[name]] as const)
    .filter(([, credential]) => credential?.type === "ssh" && credential.deployKey)
    .map(([name]) => ({
      what: `credentials.${name}.deployKey: given true; allowed is false, for the stack makes a deploy key for gitops.url alone.`,
      remedy: `Let the key in by hand, and edit credentials.${name} in Pulumi.${stack}.yaml.`,
    }));

/** Text in a stack's file is text in Git. */
const secretsInClear: Check = ({ credentials = {} }, { secretSettings }) => {
  if (secretSettings.includes("credentials")) return [];
  const { root, platform, apps } = credentials;
  return Object.entries({ root, platform, apps }).flatMap(([name, credential]): Mistake[] =>
    credential === undefined
      ? []
      : Object.entries(secretValues(credential))
          .filter(([, value]) => typeof value === "string")
          .map(([property]) => ({
            what: `credentials.${name}.${property}: is in clear; allowed is a secret, or the name of one in AWS Secrets Manager.`,
            remedy: `pulumi config set --secret --path 'credentials.${name}.${property}'`,
          })),
  );
};

/** A place's address is its password: whoever has it may write there. */
const alertsInClear: Check = ({ alerts = [] }, { secretSettings }) => {
  if (secretSettings.includes("alerts")) return [];
  return alerts.flatMap((place, index): Mistake[] => {
    const { key, value } = alertSecret(place);
    if (typeof value !== "string") return [];
    return [
      {
        what: `alerts[${index}].${key}: is in clear; allowed is a secret, or the name of one in AWS Secrets Manager.`,
        remedy: `pulumi config set --secret --path 'alerts[${index}].${key}'`,
      },
    ];
  });
};

/** Nobody is woken for a cluster that is there to be broken. */
const quietSandboxes: Check = ({ alerts = [] }, { environment, stack }) =>
  environment === "sandbox" && alerts.length > 0
    ? [
        {
          what: `alerts: has ${alerts.length} of them; allowed is none in a sandbox, for nobody is to be woken for it.`,
          remedy: `Take alerts out of Pulumi.${stack}.yaml: pulumi config rm alerts`,
        },
      ]
    : [];

function given(stack: string, setting: string, value: unknown): Given {
  return { stack, setting, value, secret: false };
}

export const gitopsChecks: readonly Check[] = [
  repository,
  ticketBranch,
  applications,
  logins,
  deployKeys,
  secretsInClear,
  alertsInClear,
  quietSandboxes,
];
