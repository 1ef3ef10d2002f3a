/** The images whose containers this machine runs as real programs; all other pods are kwok's. */
import path from "node:path";
import { toolPath } from "../tools/catalogue.ts";

export interface HostImage {
  /** The program and the arguments that go before those of the container. */
  readonly command: () => readonly [string, ...string[]];
  /** Of several pods of one account one works, and the others stand by, as with an election of a leader. */
  readonly electsLeader?: boolean;
  /** The flag that sets the address of each port the program listens on, by the port it has in a container. */
  readonly listens: Readonly<Record<number, string>>;
  /** Flags beside those of the container. */
  readonly args?: readonly string[];
  /** What the program would find out from files of its container. */
  readonly env?: (namespace: string) => Readonly<Record<string, string>>;
}

const flux = (tool: string, more: Readonly<Record<number, string>> = {}): HostImage => ({
  command: () => [toolPath(tool)],
  listens: { 8080: "--metrics-addr", 9440: "--health-addr", ...more },
  // The lease's namespace is read from a file of the container, at a path that nothing can change.
  args: ["--enable-leader-election=false"],
});

/** A stand-in of `local/controllers/`. */
const standIn = (folder: string): HostImage => ({
  command: () => [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    path.join(import.meta.dirname, "..", "controllers", folder, "main.ts"),
  ],
  listens: { 8081: "--health-probe-bind-address" },
  electsLeader: true,
});

const images: Readonly<Record<string, HostImage>> = {
  "ghcr.io/fluxcd/source-controller": flux("source-controller", { 9090: "--storage-addr" }),
  "ghcr.io/fluxcd/kustomize-controller": flux("kustomize-controller"),
  "ghcr.io/fluxcd/helm-controller": flux("helm-controller"),
  "ghcr.io/fluxcd/notification-controller": flux("notification-controller", {
    9090: "--events-addr",
    9292: "--receiverAddr",
  }),
  "ghcr.io/kedacore/keda": {
    command: () => [toolPath("keda-operator")],
    listens: {
      8080: "--metrics-bind-address",
      8081: "--health-probe-bind-address",
      9666: "--metrics-service-bind-address",
    },
    // In a container it reads this from the files of its service account.
    env: (namespace) => ({ KEDA_CLUSTER_OBJECT_NAMESPACE: namespace }),
  },
  "public.ecr.aws/eks/aws-load-balancer-controller": standIn("aws-load-balancer-controller"),
  // One image of the driver's controller that its DaemonSet does not use, too.
  "eks/csi-provisioner": standIn("ebs-csi-driver"),
  "public.ecr.aws/karpenter/controller": standIn("karpenter"),
  "ghcr.io/example-dev/widget-operator": standIn("widget-operator"),
};

/** The program behind an image such as "ghcr.io/kedacore/keda:2.21.0"; its tag or digest does not matter. */
export function hostImage(image: string): HostImage | undefined {
  return images[image.replace(/(@sha256:.*|:[^/]*)$/, "")];
}

/** An expression in the language of kwok's selectors that holds for the pods of these images. */
export const runsOnHost = `[.spec.containers[].image | test("^(${Object.keys(images)
  .map((name) => name.replaceAll(".", "[.]"))
  .join("|")})[:@]")] | any`;
