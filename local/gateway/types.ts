/** What the parts of the AWS stand-in hand to one another. */

/** Who signed a request, as the gateway verified it. */
export interface Caller {
  readonly accountId: string;
  /** ARN that STS GetCallerIdentity would answer. */
  readonly arn: string;
  readonly accessKeyId: string;
  /** Name of the role whose session it is, where its calls are to fail once the role has lost its policies. */
  readonly role?: string;
}

/** One AWS API call whose signature was verified. */
export interface AwsRequest {
  /** Signing name: `eks`, `ec2`, `iam`, … */
  readonly service: string;
  readonly region: string;
  readonly method: string;
  /** Path without the query, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Operation name of the query and JSON protocols (`DeleteVpc`, `CreateKey`); absent for REST services. */
  readonly action?: string;
  readonly caller: Caller;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A refusal as AWS words it; the gateway writes it in the protocol of the service that was called. */
export class AwsFault extends Error {
  readonly code: string;
  readonly status: number;
  /** Further members of a JSON error body, such as `resourceName`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = "AwsFault";
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** One object that the account holds. */
export interface CensusEntry {
  /** Such as `vpc`, `network-interface`, `eks-cluster`. */
  readonly type: string;
  /** AWS id, or the name or ARN where that identifies it. */
  readonly id: string;
  /** `global` for IAM. */
  readonly region: string;
  /**
   * `live`; `kept` on purpose (a key whose deletion is scheduled); `gone` while AWS still lists it (a NAT
   * gateway in state deleted, a terminated instance).
   */
  readonly status: "live" | "kept" | "gone";
  readonly tags: Readonly<Record<string, string>>;
  readonly vpcId?: string;
}

/** A service that the gateway answers itself instead of passing the call to the emulator. */
export interface AwsService {
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Operation name of a REST call, for the call log and injected faults. */
  operation?(method: string, path: string): string | undefined;
  /** Everything that this service holds now, for `GET /_local/census`. */
  census?(): Promise<readonly CensusEntry[]>;
}
