/** The settings of what runs in the cluster: the repository it follows, Flux, the sandbox's branch, services, secrets. */
import semver from "semver";
import { z } from "zod";
import { defaultBranchPattern, isBranchName, patternFault } from "../git/branch-names.ts";
import { parseRepositoryAddress } from "../git/repository-address.ts";
import { isSigningPublicKey } from "../oci/signature.ts";
import { keda } from "../services/keda.ts";
import type { PlatformService } from "../services/service.ts";
import { flag, looseText, wholeNumber } from "./fields.ts";

/** What the controllers take as a duration (Go, time.ParseDuration), in whole units. */
const duration = z
  .string()
  .regex(/^([1-9]\d*h)?([1-9]\d*m)?([1-9]\d*s)?$/)
  .min(2);

const address = z.string().superRefine((url, context) => {
  if (parseRepositoryAddress(url) !== undefined) return;
  const message = /^[\w.-]+@[\w.-]+:/.test(url)
    ? "is Git's short form, which Flux does not take"
    : "is no address of a Git repository";
  context.addIssue({ code: "custom", message });
});

const branch = z.string().refine(isBranchName, "Git does not take as the name of a branch");

/** Directory from the root of the repository. */
const path = z.string().regex(/^(?!.*(^|\/)\.\.?(\/|$))[\w.-]+(\/[\w.-]+)*$/);

const quantity = looseText(/^\d+(\.\d+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$/);

/** Versions are exact, without ranges: what a stack runs moves only when somebody moves it. */
const exactVersion = z.string().refine((text) => semver.valid(text) !== null, "is no exact version");

const secretValue = z.union([
  z.string().min(1),
  z.strictObject({ awsSecret: z.string().min(1), key: z.string().optional() }),
]);

const credential = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("token"), token: secretValue }),
  z.strictObject({ type: z.literal("basic"), username: z.string().min(1), password: secretValue }),
  z.strictObject({
    type: z.literal("ssh"),
    privateKey: secretValue,
    knownHosts: z.string().min(1),
    deployKey: flag.default(false),
  }),
  z.strictObject({
    type: z.literal("github-app"),
    appId: looseText(/^\d+$/),
    installationId: looseText(/^\d+$/),
    privateKey: secretValue,
  }),
  z.strictObject({
    type: z.literal("registry"),
    server: z.string().regex(/^[\w.-]+(:\d+)?$/),
    username: z.string().min(1),
    password: secretValue,
  }),
]);

/** PEM of an ECDSA key on P-256, which is what releases are signed with. */
const publicKey = z.string().superRefine((pem, context) => {
  if (isSigningPublicKey(pem)) return;
  const message = "is no public ECDSA key on the curve P-256 in PEM";
  context.addIssue({ code: "custom", message });
});

const severity = z.enum(["info", "error"]).default("error");

const alertPlace = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("slack"),
    address: secretValue,
    channel: z.string().optional(),
    severity,
  }),
  z.strictObject({ kind: z.literal("msteams"), address: secretValue, severity }),
  z.strictObject({ kind: z.literal("webhook"), address: secretValue, severity }),
  z.strictObject({
    kind: z.literal("github"),
    repository: address,
    token: secretValue,
    severity: severity.default("info"),
  }),
]);

/** What a stack says of a service; everything but where it goes has a default. */
const serviceSettings = (service: PlatformService) =>
  z.strictObject({
    /** To the cluster at every `up`, for the quick loop while trying; or to Git, with `npm run render`. */
    delivery: z.enum(["cluster", "git"]),
    version: exactVersion.default(service.chartVersion),
    interval: duration.default("1h"),
    retries: wholeNumber(0, 20).default(3),
    values: z.record(z.string(), z.unknown()).default({}),
  });

export type ServiceSettings = z.output<ReturnType<typeof serviceSettings>>;

const toleration = z.strictObject({
  key: z.string().optional(),
  operator: z.enum(["Exists", "Equal"]).optional(),
  value: looseText(/^.*$/).optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).optional(),
});

export const gitopsSchemas = {
  gitops: z.strictObject({
    /** The platform's repository; needed where Flux is on. */
    url: address.optional(),
    /** What Development follows, and where ticket branches start from. */
    branch: branch.default("main"),
    interval: duration.default("1m"),
    /** The public half of the key that releases are signed with; absent: unsigned ones are taken too. */
    signingKey: publicKey.optional(),
  }),
  flux: z.strictObject({
    enabled: flag,
    version: z.string().regex(/^v\d+\.\d+\.\d+$/),
    /** Where the install manifest of this version is served; absent: on Flux's release page. */
    manifest: z.url({ protocol: /^https?$/ }).optional(),
    lockdown: flag.default(false),
    tolerations: z.array(toleration).default([]),
    resources: z
      .strictObject({
        requests: z.partialRecord(z.enum(["cpu", "memory"]), quantity).optional(),
        limits: z.partialRecord(z.enum(["cpu", "memory"]), quantity).optional(),
      })
      .default({}),
    /** How long an `up` waits for everything to be ready. */
    timeoutMinutes: wholeNumber(1, 120).default(15),
  }),
  sandbox: z.strictObject({
    kind: z.enum(["platform", "application", "performance"]).default("platform"),
    /** The ticket branch of a platform sandbox. */
    branch: branch.optional(),
    branchPattern: z
      .string()
      .superRefine((text, context) => {
        const fault = patternFault(text);
        if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
      })
      .default(defaultBranchPattern),
    /** The environment that a performance sandbox is measured against. */
    environment: z.enum(["development", "staging", "production"]).default("staging"),
    /** The team's own repository of an application sandbox. */
    apps: z.strictObject({ url: address, branch: branch.default("main"), path }).optional(),
  }),
  alerts: z.array(alertPlace),
  services: z.strictObject({ keda: serviceSettings(keda).optional() }),
  credentials: z.strictObject({
    /** For the repository in `gitops.url`. */
    root: credential.optional(),
    /** For the source `platform` of the environment's directory; absent: as `root`. */
    platform: credential.optional(),
    /** For `sandbox.apps.url`. */
    apps: credential.optional(),
    /** The token with which the stack makes branches and deploy keys; absent: `github:token`, or GITHUB_TOKEN. */
    github: secretValue.optional(),
  }),
};
