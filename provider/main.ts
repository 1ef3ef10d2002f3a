/** The provider as a process: the engine starts it, and reads the port from its first line. */
import { serveProvider } from "../src/plugin/server.ts";
import { sdlcProvider } from "../src/plugin/sdlc-provider.ts";

/** Milliseconds between looks at whether the engine is still there. */
const parentCheck = 5_000;

const engine = process.ppid;
const { port } = await serveProvider(sdlcProvider);
console.log(port);

// The engine kills its providers when it ends. One that was killed itself cannot.
setInterval(() => {
  if (process.ppid !== engine) process.exit();
}, parentCheck).unref();
