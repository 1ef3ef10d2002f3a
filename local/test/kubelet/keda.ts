/** KEDA as a GitOps repository brings it: its namespace, its charts' source and its release. */
export const kedaFromItsChart = `apiVersion: v1
kind: Namespace
metadata: { name: keda }
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
metadata: { name: kedacore, namespace: keda }
spec: { interval: 30m, url: https://kedacore.github.io/charts }
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: { name: keda, namespace: keda }
spec:
  releaseName: keda
  interval: 1h
  chart: { spec: { chart: keda, version: 2.21.0, sourceRef: { kind: HelmRepository, name: kedacore } } }
`;
