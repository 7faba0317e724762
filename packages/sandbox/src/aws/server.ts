import { randomUUID } from 'node:crypto';
import {
  createServer,
  IncomingMessage,
  Server,
  ServerResponse,
} from 'node:http';
import { Fault, RequestInfo, StandInContext } from '../types';
import { exchange, HttpAnswer, readBody } from '../core';
import { ecr } from './ecr';
import { eks } from './eks';
import { AwsError } from './errors';
import { iam } from './iam';
import {
  CredentialScope,
  parseAuthorization,
  SignatureError,
  SignedRequest,
  verifyRequest,
} from './iam/signature';
import { Caller, decideFor } from './iam/identities';
import { Input } from './input';
import { modelOf, requireAnswer, requireError } from './model';
import { Call, Operation, ParsedRequest, Service, World } from './service';
import { s3 } from './s3';
import { sts } from './sts';

const SERVICES: readonly Service[] = [ecr, eks, iam, s3, sts];

async function readRequest(
  request: IncomingMessage,
): Promise<SignedRequest | undefined> {
  const body = await readBody(request);
  if (!body) {
    return undefined;
  }
  const [path, query = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(',') : (value ?? ''),
    ]),
  );
  return { method: request.method ?? 'GET', path, query, headers, body };
}

function scopeOf(request: SignedRequest): CredentialScope | undefined {
  try {
    return parseAuthorization(request.headers.authorization).scope;
  } catch {
    // Answered when the signature is verified, in the service's own words.
    return undefined;
  }
}

/** The service of a request without a credential scope, by how it speaks. */
function guessService(request: SignedRequest): Service {
  if (request.headers['x-amz-target']) {
    return ecr;
  }
  const form = request.headers['content-type']?.includes('form-urlencoded');
  if (!form && !/(^|&)Action=/.test(request.query)) {
    return eks;
  }
  const version = `Version=${iam.version}`;
  return request.body.includes(version) || request.query.includes(version)
    ? iam
    : sts;
}

/** One permission that a call needs. */
interface Need {
  action: string;
  resource: string;
  context?: Record<string, string | undefined>;
}

function needsOf(service: Service, operation: Operation, call: Call): Need[] {
  const passed = operation.passesRole?.(call);
  return [
    {
      action: operation.action ?? `${service.name}:${operation.name}`,
      resource: operation.resource(call),
      context: operation.conditions?.(call),
    },
    ...(passed
      ? [
          {
            action: 'iam:PassRole',
            resource: passed.roleArn,
            context: { 'iam:PassedToService': passed.service },
          },
        ]
      : []),
  ];
}

function authorize(service: Service, call: Call, parsed: ParsedRequest) {
  const { operation } = parsed;
  if (!operation || operation.action === 'none') {
    return;
  }
  for (const need of needsOf(service, operation, call)) {
    requirePermission(service, call, need);
  }
}

function requirePermission(
  service: Service,
  call: Call,
  { action, resource, context }: Need,
) {
  const decision = decideFor(call.caller.principal, {
    action,
    resource,
    context: {
      'aws:PrincipalArn': call.caller.principal.arn,
      'aws:RequestedRegion': call.region,
      ...context,
    },
  });
  const denied = (why: string) =>
    service.protocol.accessDenied(
      `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${why}`,
    );
  if (decision === 'explicitly-denied') {
    throw denied('with an explicit deny in an identity-based policy');
  }
  if (decision === 'implicitly-denied') {
    throw denied(
      `because no identity-based policy allows the ${action} action`,
    );
  }
  if (
    call.accountId !== call.caller.accountId &&
    // Another account's resource needs its consent as well. Roles give it in
    // their trust policy, which AssumeRole reads; nothing else here can.
    service.name !== 'sts'
  ) {
    throw denied(
      `because no resource-based policy allows the ${action} action`,
    );
  }
  call.world.permitted({
    principalArn: call.caller.principal.arn,
    action,
    resource,
  });
}

function faultError(service: Service, fault: Fault): AwsError {
  switch (fault.kind) {
    case 'throttle':
    case 'server-error':
      return service.failure(fault.kind);
    case 'access-denied':
      return service.protocol.accessDenied(
        'Access denied by a fault of the sandbox',
      );
    default:
      return service.protocol.untrusted(
        new SignatureError(
          'expired-token',
          'The security token included in the request is expired',
        ),
      );
  }
}

/** Reads, verifies, authorizes and does one call. */
class Exchange {
  private constructor(
    private readonly world: World,
    private readonly service: Service,
    private readonly signed: SignedRequest,
    private readonly requestId: string,
    private readonly parsed: ParsedRequest | AwsError,
    private readonly identity:
      { caller: Caller; scope: CredentialScope } | AwsError,
    readonly info: RequestInfo,
  ) {}

  static async begin(world: World, signed: SignedRequest): Promise<Exchange> {
    const scope = scopeOf(signed);
    const service =
      SERVICES.find(({ name }) => name === scope?.service) ??
      guessService(signed);
    const identity = await Exchange.identify(world, service, signed);
    const parsed = Exchange.parse(service, signed);
    const info: RequestInfo = {
      service: service.name,
      operation: parsed instanceof AwsError ? 'unreadable' : parsed.name,
      ...(scope && { region: scope.region }),
    };
    if (!(identity instanceof AwsError)) {
      info.caller = identity.caller.arn;
      info.accountId = identity.caller.accountId;
      if (!(parsed instanceof AwsError)) {
        info.target = Exchange.target(service, parsed, identity);
      }
    }
    return new Exchange(
      world,
      service,
      signed,
      randomUUID(),
      parsed,
      identity,
      info,
    );
  }

  private static async identify(
    world: World,
    service: Service,
    signed: SignedRequest,
  ) {
    try {
      return await verifyRequest(signed, world.identities, world.now());
    } catch (error) {
      if (error instanceof SignatureError) {
        return service.protocol.untrusted(error);
      }
      throw error;
    }
  }

  private static parse(service: Service, signed: SignedRequest) {
    try {
      return service.protocol.parse(signed, service.operations);
    } catch (error) {
      if (error instanceof AwsError) {
        return error;
      }
      throw error;
    }
  }

  private static target(
    service: Service,
    parsed: ParsedRequest,
    { caller, scope }: { caller: Caller; scope: CredentialScope },
  ): string | undefined {
    try {
      return service.target(new Input(parsed.fields, service.problem), {
        accountId: caller.accountId,
        region: scope.region,
      });
    } catch (error) {
      // A malformed field is the operation's to refuse; here it only means
      // that the call is about nothing that could be named.
      if (error instanceof AwsError) {
        return undefined;
      }
      throw error;
    }
  }

  failure(fault: Fault): HttpAnswer {
    if (fault.kind === 'timeout') {
      return { status: 504, error: 'GatewayTimeout' };
    }
    return this.service.protocol.error(
      faultError(this.service, fault),
      this.requestId,
    );
  }

  async handle(log: (message: string) => void): Promise<HttpAnswer> {
    try {
      return this.performOrRefuse();
    } catch (error) {
      log(`${this.info.service} ${this.info.operation}: ${error}`);
      return this.service.protocol.error(
        this.service.failure('server-error'),
        this.requestId,
      );
    }
  }

  private performOrRefuse(): HttpAnswer {
    try {
      return this.perform();
    } catch (error) {
      if (error instanceof AwsError) {
        requireError(this.service.name, error);
        return this.service.protocol.error(error, this.requestId);
      }
      throw error;
    }
  }

  private perform(): HttpAnswer {
    const { service, parsed, identity, world } = this;
    if (identity instanceof AwsError) {
      throw identity;
    }
    if (identity.scope.service !== service.name) {
      throw service.protocol.unknownOperation(
        `${this.signed.method} ${this.signed.path} of the service ${identity.scope.service}`,
      );
    }
    if (parsed instanceof AwsError) {
      throw parsed;
    }
    if (!parsed.operation) {
      throw service.protocol.unknownOperation(parsed.name);
    }
    const input = new Input(
      parsed.fields,
      service.problem,
      '',
      modelOf(service.name, parsed.name)?.input,
    );
    const call: Call = {
      operation: parsed.name,
      input,
      caller: identity.caller,
      accountId: service.account?.(input) ?? identity.caller.accountId,
      region: identity.scope.region,
      world,
    };
    authorize(service, call, parsed);
    const output = parsed.operation.run(call);
    requireAnswer(service.name, parsed.operation, output);
    if (parsed.operation.mutates) {
      world.changed();
    }
    return service.protocol.answer(parsed.operation, output, this.requestId);
  }
}

/** The HTTP server that all AWS services share. */
export function createAwsServer(context: StandInContext, world: World): Server {
  async function serve(request: IncomingMessage, response: ServerResponse) {
    const signed = await readRequest(request);
    if (!signed) {
      response.writeHead(413).end();
      return;
    }
    const call = await Exchange.begin(world, signed);
    await exchange({
      context,
      info: call.info,
      request,
      response,
      failure: fault => call.failure(fault),
      handle: () => call.handle(context.log),
    });
  }
  return createServer((request, response) => {
    serve(request, response).catch(error => {
      // The client went away in the middle of its request, most likely.
      context.log(`AWS request failed: ${error}`);
      response.destroy();
    });
  });
}
