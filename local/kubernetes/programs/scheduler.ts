/** Binds pods to nodes. */
import { flags, type ControlPlaneLayout, type Program } from "./program.ts";

export function scheduler({ version, adminKubeconfig }: ControlPlaneLayout): Program {
  return {
    tool: "kube-scheduler",
    args: flags({
      kubeconfig: adminKubeconfig,
      "emulated-version": version,
      "leader-elect": false,
      "secure-port": 0,
    }),
  };
}
