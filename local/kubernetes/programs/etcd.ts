/** The cluster's store. Its data need not survive a power cut, so nothing is flushed to the disk. */
import path from "node:path";
import { loopback } from "../../ports.ts";
import { flags, type ControlPlaneLayout, type Program } from "./program.ts";

export const etcdUrl = ({ etcdPort }: ControlPlaneLayout): string => `http://${loopback}:${etcdPort}`;

export function etcd(layout: ControlPlaneLayout): Program {
  return {
    tool: "etcd",
    args: flags({
      "data-dir": path.join(layout.folder, "etcd"),
      "listen-client-urls": etcdUrl(layout),
      "advertise-client-urls": etcdUrl(layout),
      // A single member has no peers; port 0 keeps the default port free for others.
      "listen-peer-urls": `http://${loopback}:0`,
      "unsafe-no-fsync": true,
      // Every entry since the last snapshot stays in memory.
      "snapshot-count": 1000,
      "log-level": "warn",
    }),
  };
}
