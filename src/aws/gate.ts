/**
 * The last gate before AWS: everything that a teardown deletes or changes there passes it right before it is sent. It asks the
 * law (`src/teardown/laws/aws.ts`) about the thing as AWS shows it at that moment, and lets nothing else through: the clients of
 * a teardown send no call that changes anything, unless this gate has let that very call pass.
 */
import { isAllowedCall } from "../teardown/laws/aws-types.ts";
import { judge, type AwsLawScope, type Refusal, type ThingInAws } from "../teardown/laws/aws.ts";
import type { AwsClients } from "./clients.ts";

type ServiceName = Exclude<keyof AwsClients, "region">;

/** A call that changes something, described and not yet sent. */
export interface Change {
  readonly service: ServiceName;
  /** A command of that service's client. */
  readonly command: { readonly input: object };
}

/** The law forbids a deletion. It is no fault: the thing stays, and the rest goes on. */
export class GateRefusal extends Error {
  readonly refusal: Refusal;

  constructor({ type, id }: ThingInAws, refusal: Refusal) {
    super(`${type} ${id} stays (${refusal.law}): ${refusal.why}. ${refusal.remedy}`);
    this.name = "GateRefusal";
    this.refusal = refusal;
  }
}

/** The inputs of the commands that have passed, with the name of the operation. Nobody but this file can add to it. */
const passed = new WeakMap<object, string>();

export class AwsGate {
  readonly scope: AwsLawScope;
  readonly #aws: AwsClients;

  constructor(aws: AwsClients, scope: AwsLawScope) {
    this.#aws = aws;
    this.scope = scope;
  }

  /**
   * @param thing as AWS shows it now
   * @throws {GateRefusal} and sends nothing, where the law forbids it
   * @throws {Error} and sends nothing, where the change is of another kind or of another thing: a fault of the program
   * @throws what AWS answers
   */
  async send(thing: ThingInAws, { service, command }: Change): Promise<void> {
    const verdict = judge(thing, this.scope);
    if (!verdict.may) throw new GateRefusal(thing, verdict);
    const operation = operationOf(command.constructor.name);
    if (!isAllowedCall(thing, operation, command.input as Readonly<Record<string, unknown>>)) {
      throw new Error(
        `${operation} is no call that a teardown makes about ${thing.type} ${thing.id}, or names another thing.`,
      );
    }
    passed.set(command.input, operation);
    try {
      await (this.#aws[service] as unknown as AnyClient).send(command);
    } finally {
      passed.delete(command.input);
    }
  }
}

interface AnyClient {
  send(command: Change["command"]): Promise<unknown>;
  readonly middlewareStack: {
    add(
      middleware: (
        next: (args: { readonly input: object }) => Promise<unknown>,
        context: { readonly commandName?: string },
      ) => (args: { readonly input: object }) => Promise<unknown>,
      options: { readonly step: "initialize"; readonly name: string; readonly priority: "high" },
    ): void;
  };
}

/** Calls that ask and change nothing. */
const asks = /^(Describe|List|Get)[A-Z]/;
/** A mark for people and for a later sweep. It takes nothing away. */
const harmless = new Set(["CreateTags"]);

/** Makes a client refuse every call that changes something and has not passed the gate. */
export function behindGate(client: object): void {
  (client as AnyClient).middlewareStack.add(
    (next, { commandName = "" }) =>
      (args) => {
        const operation = operationOf(commandName);
        if (asks.test(operation) || harmless.has(operation) || passed.get(args.input) === operation)
          return next(args);
        return Promise.reject(
          new Error(
            `${operation || "A call without a name"} changes something in AWS, and has not passed the gate.`,
          ),
        );
      },
    { step: "initialize", name: "kubernetes-sdlc-gate", priority: "high" },
  );
}

function operationOf(commandName: string): string {
  return commandName.replace(/Command$/, "");
}
