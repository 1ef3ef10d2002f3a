/**
 * Ctrl-C while the engine runs. The engine then ends what it has begun and lets its stack go, for which it needs
 * its providers, and so this process, until it is done.
 */
const signals = ["SIGINT", "SIGTERM"] as const;

export interface Interruptible<Result> extends PromiseLike<Result> {
  kill(signal: NodeJS.Signals): boolean;
}

/**
 * Waits for the engine and meanwhile passes signals on to it.
 * @param inTerminal whether the engine is in the terminal's foreground, where Ctrl-C reaches it without us: passed
 * on as well it would count as a second one, at which the engine gives up at once.
 */
export async function outlive<Result>(
  engine: Interruptible<Result>,
  inTerminal: boolean,
): Promise<{ readonly result: Result; readonly interrupted: boolean }> {
  let interrupted = false;
  const pass = (signal: NodeJS.Signals): void => {
    interrupted = true;
    if (signal !== "SIGINT" || !inTerminal) engine.kill(signal);
  };
  for (const signal of signals) process.on(signal, pass);
  try {
    const result = await engine;
    return { result, interrupted };
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}
