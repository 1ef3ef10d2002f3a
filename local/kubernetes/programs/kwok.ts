/**
 * Stands for the kubelets: keeps the leases of the nodes that carry its annotation, and turns the pods bound
 * to them Running, Succeeded or gone. It does not decide whether a node is Ready; `node-readiness.ts` does.
 */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { stringify } from "yaml";
import { runsOnHost } from "../../kubelet/images.ts";
import { loadTestDuration } from "../metrics/load-test.ts";
import { flags, type ControlPlaneLayout, type Program } from "./program.ts";

/** Marks the nodes that kwok manages. */
export const kwokAnnotation = { "kwok.x-k8s.io/node": "fake" } as const;

/** Annotation of a Job's pods: how long they run, such as "30s"; a load test says it itself, and others take a second. */
const runsFor = "local.sdlc.dev/runs-for";

const when = (key: string, operator: string, ...values: string[]): object => ({
  key,
  operator,
  ...(values.length > 0 ? { values } : {}),
});
const lives = when(".metadata.deletionTimestamp", "DoesNotExist");
const running = when(".status.phase", "In", "Running");
const ownedByJob = when(".metadata.ownerReferences.[].kind", "In", "Job");

const stage = (name: string, kind: string, conditions: object[], rest: object): object => ({
  apiVersion: "kwok.x-k8s.io/v1alpha1",
  kind: "Stage",
  metadata: { name },
  spec: {
    resourceRef: { apiGroup: "v1", kind },
    selector: { matchExpressions: conditions },
    ...rest,
  },
});

/** A template for the state of each container of a list in the pod's spec. */
const containers = (list: string, ready: boolean, state: string): string => `
{{ range .spec.${list} }}
- {name: {{ .name | Quote }}, image: {{ .image | Quote }}, ready: ${ready}, restartCount: 0, state: ${state}}
{{ end }}`;
const isRunning = "{running: {startedAt: {{ Now | Quote }}}}";
const hasEnded = "{terminated: {exitCode: 0, reason: Completed, finishedAt: {{ Now | Quote }}}}";
const initState = `{{ if eq (or .restartPolicy "") "Always" }}${isRunning}{{ else }}${hasEnded}{{ end }}`;

const podCondition = (type: string, holds: boolean): string =>
  `\n- {type: ${type}, status: "${holds ? "True" : "False"}", lastTransitionTime: {{ Now | Quote }}}`;

const podConditions = (ready: boolean): string =>
  ["Initialized", "PodReadyToStartContainers", "ContainersReady", "Ready"]
    .map((type) => podCondition(type, ready || type === "Initialized"))
    .join("");

const reported = (type: string, status: "True" | "False"): object =>
  when(`.status.conditions.[] | select(.type == "${type}") | .status`, "In", status);

const podAddress =
  'PodIPWith .spec.nodeName (or .spec.hostNetwork false) (or .metadata.uid "") (or .metadata.name "") (or .metadata.namespace "")';

/** What happens to pods, and the status report that a kubelet sends of a node every five minutes. */
const stages = [
  // Pods of programs that really run here are reported by the kubelet stand-in, when their program is ready.
  stage(
    "pod-ready",
    "Pod",
    [lives, when(".status.podIP", "DoesNotExist"), when(runsOnHost, "NotIn", "true")],
    {
      next: {
        statusTemplate: `
phase: Running
startTime: {{ Now | Quote }}
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ ${podAddress} | Quote }}
conditions:${podConditions(true)}
containerStatuses:${containers("containers", true, isRunning)}
initContainerStatuses:${containers("initContainers", true, initState)}
`,
      },
    },
  ),
  // The node lifecycle controller marks pods of a node that it holds for NotReady, also when the node has just become
  // Ready; a kubelet reports again.
  stage(
    "pod-ready-again",
    "Pod",
    [
      lives,
      running,
      reported("ContainersReady", "True"),
      reported("Ready", "False"),
      when(runsOnHost, "NotIn", "true"),
    ],
    {
      delay: { durationMilliseconds: 1000 },
      next: {
        statusTemplate: `
conditions:${podCondition("Ready", true)}
`,
      },
    },
  ),
  stage("pod-complete", "Pod", [lives, running, ownedByJob], {
    delay: {
      durationMilliseconds: 1000,
      durationFrom: { expressionFrom: `.metadata.annotations["${runsFor}"] // (${loadTestDuration})` },
    },
    next: {
      statusTemplate: `
phase: Succeeded
conditions:${podConditions(false)}
containerStatuses:${containers("containers", false, hasEnded)}
`,
    },
  }),
  // Finalizers stay: whoever set one must lift it, as with a real kubelet.
  stage("pod-delete", "Pod", [when(".metadata.deletionTimestamp", "Exists")], { next: { delete: true } }),
  stage("node-report", "Node", [lives], {
    delay: { durationMilliseconds: 300_000 },
    next: {
      statusTemplate: `
conditions:
- {type: MemoryPressure, status: "False", reason: KubeletHasSufficientMemory, lastHeartbeatTime: {{ Now | Quote }}}
`,
    },
  }),
];

export async function kwok({ folder, adminKubeconfig }: ControlPlaneLayout): Promise<Program> {
  const config = path.join(folder, "kwok.yaml");
  await writeFile(config, stages.map((document) => stringify(document)).join("---\n"));
  const [selector] = Object.entries(kwokAnnotation);
  return {
    tool: "kwok",
    args: flags({
      kubeconfig: adminKubeconfig,
      config,
      "manage-nodes-with-annotation-selector": selector?.join("=") ?? "",
      "node-lease-duration-seconds": 40,
      cidr: "10.244.0.0/16",
    }),
  };
}
