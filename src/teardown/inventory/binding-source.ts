/** What the AWS Load Balancer Controller made a TargetGroupBinding for: it says so in labels (its `pkg/deploy/tracking`). */

const prefixes = [
  "service.k8s.aws",
  "ingress.k8s.aws",
  "gateway.k8s.aws.alb",
  "gateway.k8s.aws.nlb",
] as const;

export interface BindingSource {
  readonly prefix: (typeof prefixes)[number];
  /** Empty for a group of Ingresses. */
  readonly namespace: string;
  readonly name: string;
}

/** Undefined for a binding that somebody made by hand. */
export function bindingSource(labels: Readonly<Record<string, string>>): BindingSource | undefined {
  for (const prefix of prefixes) {
    const name = labels[`${prefix}/stack-name`];
    if (name !== undefined) return { prefix, namespace: labels[`${prefix}/stack-namespace`] ?? "", name };
  }
  return undefined;
}
