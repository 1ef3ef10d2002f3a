/** A kind that a team brings, which nothing acts on but who a test says. */
export const queueDefinition = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: queues.team.example.com }
spec:
  group: team.example.com
  scope: Namespaced
  names: { kind: Queue, plural: queues, singular: queue, listKind: QueueList }
  versions:
    - name: v1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`;
