import { Fault, ServiceName } from '../types';
import { HttpAnswer } from '../core';
import { AwsError } from './errors';
import { Caller, Identities } from './iam/identities';
import { SignatureError, SignedRequest } from './iam/signature';
import { Input, InputProblem } from './input';
import { AwsState } from './state';

/** Where a cluster's Kubernetes API is, once its stand-in listens. */
export interface ClusterEndpoint {
  url: string;
  /** PEM */
  certificateAuthority: string;
}

/** A permission that a call needed and that a policy gave. */
export interface UsedPermission {
  /** ARN of the IAM user or role whose policies gave it. */
  principalArn: string;
  /** `ecr:CreateRepository` */
  action: string;
  /** ARN, or `*` for calls that are about none. */
  resource: string;
}

/** What the operations of all services work on. */
export interface World {
  state: AwsState;
  identities: Identities;
  now(): number;
  /** Above 1, what takes AWS minutes takes less. */
  timeScale: number;
  endpointOf(clusterArn: string): ClusterEndpoint | undefined;
  /** Hears of each permission that a call needed and had. */
  permitted(permission: UsedPermission): void;
  /** Says that the state changed, so that it is kept. */
  changed(): void;
}

/** One call, authenticated and read. */
export interface Call {
  operation: string;
  input: Input;
  caller: Caller;
  /** The account that the call is about. */
  accountId: string;
  region: string;
  world: World;
}

/** One operation of a service. */
export interface Operation {
  name: string;
  /** REST services: `POST /clusters/{clusterName}/access-entries`. */
  route?: string;
  /** The IAM action, when it is not `service:name`; none when all may call. */
  action?: string | 'none';
  /** ARN that the caller needs a permission for, or `*`. */
  resource(call: Call): string;
  /**
   * Conditions for the policies beside what every call has, e.g.
   * `aws:RequestTag/team`.
   */
  conditions?(call: Call): Record<string, string | undefined>;
  /**
   * The role that the call hands to a service, for which the caller needs
   * `iam:PassRole` beside the call's own permission.
   */
  passesRole?(call: Call): { roleArn: string; service: string } | undefined;
  /** Whether it changes anything. */
  mutates?: true;
  run(call: Call): Record<string, unknown>;
}

/** What a request asks for, before it is known who asks. */
export interface ParsedRequest {
  /** As the client named it, also when there is no such operation. */
  name: string;
  operation?: Operation;
  fields: Record<string, unknown>;
}

/** How a service talks over HTTP. */
export interface Protocol {
  parse(
    request: SignedRequest,
    operations: readonly Operation[],
  ): ParsedRequest;
  answer(
    operation: Operation,
    output: Record<string, unknown>,
    requestId: string,
  ): HttpAnswer;
  error(error: AwsError, requestId: string): HttpAnswer;
  unknownOperation(name: string): AwsError;
  accessDenied(message: string): AwsError;
  untrusted(error: SignatureError): AwsError;
}

/** One AWS service. */
export interface Service {
  name: ServiceName & ('ecr' | 'eks' | 'iam' | 's3' | 'sts');
  protocol: Protocol;
  operations: readonly Operation[];
  problem: InputProblem;
  /** What the call is about, for faults and the journal. */
  target(
    input: Input,
    scope: { accountId: string; region: string },
  ): string | undefined;
  /** The account a call is about when that is not the caller's. */
  account?(input: Input): string | undefined;
  /** Throttling and server errors in the service's own words. */
  failure(kind: Extract<Fault['kind'], 'throttle' | 'server-error'>): AwsError;
}
