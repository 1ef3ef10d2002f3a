import { keda } from "./keda.ts";
import type { PlatformService } from "./service.ts";

/** The services that a stack can deliver, by name. */
export const services = { keda } as const satisfies Readonly<Record<string, PlatformService>>;

export type ServiceName = keyof typeof services;

export const serviceNames = Object.keys(services) as ServiceName[];
