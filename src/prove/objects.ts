/**
 * What proves that KEDA scales: a ScaledObject on the application that Development brings, and a Job that loads it. Neither
 * is part of the change under trial: they are in the cluster while the proof runs, and never in Git.
 */
import type { KubernetesObject } from "../kubernetes-object.ts";

/** Of the Deployment that is scaled, and of the Service in front of it. */
export const target = { name: "podinfo", namespace: "app-a", port: 9898 } as const;

export const replicas = { least: 1, most: 25 } as const;

/** Per cent of the CPU that the pods ask for. */
export const targetUtilization = 90;

/** Seconds for which the published load test runs. */
export const usualLoadSeconds = 180;

/** By it a later proof knows what an earlier one, which was killed, has left. */
export const proofLabel = { "app.kubernetes.io/managed-by": "sdlc-prove" } as const;

/**
 * The published ScaledObject with two differences. It has no `idleReplicaCount`, which KEDA refuses unless it is less than
 * `minReplicaCount`. And KEDA gives the Deployment the replicas back that it had: a proof may be interrupted at any time.
 */
export const scaledObject: KubernetesObject = {
  apiVersion: "keda.sh/v1alpha1",
  kind: "ScaledObject",
  metadata: { name: "cpu-scaledobject", namespace: target.namespace, labels: proofLabel },
  spec: {
    scaleTargetRef: { name: target.name },
    pollingInterval: 15,
    cooldownPeriod: 5,
    minReplicaCount: replicas.least,
    maxReplicaCount: replicas.most,
    advanced: {
      restoreToOriginalReplicaCount: true,
      horizontalPodAutoscalerConfig: {
        behavior: {
          scaleUp: {
            stabilizationWindowSeconds: 0,
            policies: [{ type: "Pods", value: 10, periodSeconds: 15 }],
            selectPolicy: "Max",
          },
          scaleDown: {
            stabilizationWindowSeconds: 3,
            policies: [{ type: "Pods", value: 6, periodSeconds: 15 }],
            selectPolicy: "Max",
          },
        },
      },
    },
    triggers: [{ type: "cpu", metricType: "Utilization", metadata: { value: String(targetUtilization) } }],
  },
};

export function loadTest(seconds: number): KubernetesObject {
  const address = `http://${target.name}.${target.namespace}:${target.port}`;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "load-tester", namespace: "default", labels: proofLabel },
    spec: {
      ttlSecondsAfterFinished: 100,
      template: {
        spec: {
          containers: [
            {
              name: "wrk",
              image: "elswork/wrk",
              args: ["-t", "4", "-c", "12", "-d", String(seconds), address],
            },
          ],
          restartPolicy: "Never",
        },
      },
    },
  };
}
