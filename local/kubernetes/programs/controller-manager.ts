/** The built-in controllers, without those that need a signing authority or give nodes addresses. */
import { credentialFile } from "../credentials.ts";
import { flags, type ControlPlaneLayout, type Program } from "./program.ts";

const withoutUse = ["certificatesigningrequest-signing-controller", "node-ipam-controller"];

export function controllerManager({ folder, version, adminKubeconfig }: ControlPlaneLayout): Program {
  return {
    tool: "kube-controller-manager",
    args: flags({
      kubeconfig: adminKubeconfig,
      "emulated-version": version,
      controllers: ["*", ...withoutUse.map((name) => `-${name}`)].join(","),
      "leader-elect": false,
      "secure-port": 0,
      "kube-api-qps": 100,
      "kube-api-burst": 200,
      "root-ca-file": credentialFile(folder, "ca.crt"),
      "service-account-private-key-file": credentialFile(folder, "service-account.key"),
    }),
  };
}
