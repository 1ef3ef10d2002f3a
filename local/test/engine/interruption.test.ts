/** Ctrl-C, for real: signals to a process that waits for an engine, which counts how many reach it. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { pathToFileURL } from "node:url";
import { checkout } from "../../folders.ts";

const engine = `
  let signals = 0;
  const onSignal = (signal) => {
    console.log("engine got " + signal + " " + ++signals);
    setTimeout(() => process.exit(255), 300);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, onSignal);
  setInterval(() => undefined, 1000);
  console.log("engine runs");
`;

const waiting = (inTerminal: boolean): string => `
  const { execa } = await import(${JSON.stringify(moduleUrl("node_modules/execa/index.js"))});
  const { outlive } = await import(${JSON.stringify(moduleUrl("commands/interruption.ts"))});
  const options = { stdio: "inherit", reject: false, detached: ${!inTerminal}, forceKillAfterDelay: false };
  const engine = execa(process.execPath, ["-e", ${JSON.stringify(engine)}], options);
  const { result, interrupted } = await outlive(engine, ${inTerminal});
  console.log("engine ended with " + result.exitCode + (interrupted ? ", interrupted" : ""));
`;

const node = (inTerminal: boolean): string[] => [
  process.execPath,
  "--disable-warning=ExperimentalWarning",
  "--input-type=module",
  "-e",
  waiting(inTerminal),
];

function moduleUrl(file: string): string {
  return pathToFileURL(path.join(checkout, file)).href;
}

/** Runs a program in a new terminal and types Ctrl-C when the engine runs. */
const terminal = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
typed = False
while True:
    try:
        part = os.read(fd, 1024)
    except OSError:
        break
    if not part:
        break
    seen += part
    if not typed and b"engine runs" in seen:
        os.write(fd, b"\\x03")
        typed = True
sys.stdout.write(seen.decode().replace("\\r\\n", "\\n"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

describe("a signal while the engine runs", function () {
  this.timeout(20_000);

  function start(command: readonly string[]): { child: ChildProcess; lines: Interface; seen: string[] } {
    const [program = "", ...args] = command;
    const child = spawn(program, args, { detached: true, stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface(child.stdout);
    const seen: string[] = [];
    lines.on("line", (line) => seen.push(line));
    return { child, lines, seen };
  }

  const cases = [
    ["to the command alone", "SIGINT", (pid: number) => process.kill(pid, "SIGINT")],
    ["to the command's whole group", "SIGINT", (pid: number) => process.kill(-pid, "SIGINT")],
    ["to the command's whole group", "SIGTERM", (pid: number) => process.kill(-pid, "SIGTERM")],
  ] as const;
  for (const [to, signal, send] of cases) {
    it(`reaches it once, and is outlived: ${signal} ${to}`, async () => {
      const { child, lines, seen } = start(node(false));
      await once(lines, "line");
      send(child.pid ?? 0);
      const [code] = (await once(child, "close")) as [number | null];
      assert.deepEqual(seen, ["engine runs", `engine got ${signal} 1`, "engine ended with 255, interrupted"]);
      assert.equal(code, 0);
    });
  }

  it("reaches it once, and is outlived: Ctrl-C in a terminal", async () => {
    const { child, seen } = start(["python3", "-c", terminal, ...node(true)]);
    const [code] = (await once(child, "close")) as [number | null];
    const lines = seen.map((line) => line.replace(/^\^C/, ""));
    assert.deepEqual(lines, ["engine runs", "engine got SIGINT 1", "engine ended with 255, interrupted"]);
    assert.equal(code, 0);
  });
});
