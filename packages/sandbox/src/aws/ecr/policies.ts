import { isRecord } from '../../core';
import { AwsError } from '../errors';
import { Call, Operation } from '../service';
import {
  inRegistry,
  invalidParameter,
  namedRepository,
  repositoryOf,
} from './common';
import { validateLifecyclePolicy } from './lifecycle';

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readLifecyclePolicy(call: Call): string {
  const text = call.input.requiredText('lifecyclePolicyText', {
    min: 100,
    max: 30_720,
  });
  const problem = validateLifecyclePolicy(parseJson(text));
  if (problem) {
    throw invalidParameter(
      'LifecyclePolicyText',
      `Lifecycle policy validation failure: ${problem}`,
    );
  }
  return text;
}

/** The shape only: which actions and conditions exist, IAM knows. */
function isRepositoryPolicy(
  document: unknown,
): document is Record<string, unknown> {
  if (!isRecord(document) || !document.Version || !document.Statement) {
    return false;
  }
  return [document.Statement]
    .flat()
    .every(
      statement =>
        isRecord(statement) &&
        statement.Resource === undefined &&
        (statement.Effect === 'Allow' || statement.Effect === 'Deny') &&
        (statement.Principal ?? statement.NotPrincipal) !== undefined &&
        (statement.Action ?? statement.NotAction) !== undefined,
    );
}

/**
 * Whom a policy names, as ECR keeps it: accounts as the ARN of their root.
 * Roles and users have to be there; of accounts that are not played here,
 * nothing is known.
 */
function readIdentity(call: Call, identity: unknown): unknown {
  if (typeof identity !== 'string') {
    return identity;
  }
  if (/^\d{12}$/.test(identity)) {
    return `arn:aws:iam::${identity}:root`;
  }
  const accountId = /^arn:aws:iam::(\d{12}):(?:role|user)\//.exec(
    identity,
  )?.[1];
  const { identities } = call.world;
  if (
    accountId !== undefined &&
    identities.hasAccount(accountId) &&
    !identities.find(identity)
  ) {
    throw invalidParameter('PolicyText', 'Principal not found');
  }
  return identity;
}

function readPrincipals(call: Call, statement: unknown): unknown {
  if (
    !isRecord(statement) ||
    !isRecord(statement.Principal) ||
    statement.Principal.AWS === undefined
  ) {
    return statement;
  }
  const { AWS } = statement.Principal;
  return {
    ...statement,
    Principal: {
      ...statement.Principal,
      AWS: Array.isArray(AWS)
        ? AWS.map(identity => readIdentity(call, identity))
        : readIdentity(call, AWS),
    },
  };
}

function readRepositoryPolicy(call: Call): string {
  const policy = parseJson(
    call.input.requiredText('policyText', { max: 10_240 }),
  );
  if (!isRepositoryPolicy(policy)) {
    throw invalidParameter('PolicyText', 'Invalid repository policy provided');
  }
  const statements = policy.Statement;
  return JSON.stringify({
    ...policy,
    Statement: Array.isArray(statements)
      ? statements.map(statement => readPrincipals(call, statement))
      : readPrincipals(call, statements),
  });
}

const lifecycleNotFound = (call: Call) => {
  const { name, registryId } = repositoryOf(call);
  return new AwsError(
    'LifecyclePolicyNotFoundException',
    400,
    `Lifecycle policy does not exist for the ${inRegistry(name, registryId)}`,
  );
};

const policyNotFound = (call: Call) => {
  const { name, registryId } = repositoryOf(call);
  return new AwsError(
    'RepositoryPolicyNotFoundException',
    400,
    `Repository policy does not exist for the ${inRegistry(name, registryId)}`,
  );
};

function lifecycleAnswer(call: Call) {
  const { name, registryId, lifecyclePolicy } = repositoryOf(call);
  if (!lifecyclePolicy) {
    throw lifecycleNotFound(call);
  }
  return {
    registryId,
    repositoryName: name,
    lifecyclePolicyText: lifecyclePolicy.text,
    lastEvaluatedAt: lifecyclePolicy.evaluatedAt / 1000,
  };
}

function policyAnswer(call: Call) {
  const { name, registryId, policyText } = repositoryOf(call);
  if (policyText === undefined) {
    throw policyNotFound(call);
  }
  return { registryId, repositoryName: name, policyText };
}

export const policyOperations: Operation[] = [
  {
    name: 'PutLifecyclePolicy',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const text = readLifecyclePolicy(call);
      const repository = repositoryOf(call);
      repository.lifecyclePolicy = { text, evaluatedAt: call.world.now() };
      return {
        registryId: repository.registryId,
        repositoryName: repository.name,
        lifecyclePolicyText: text,
      };
    },
  },
  {
    name: 'GetLifecyclePolicy',
    resource: namedRepository,
    run: lifecycleAnswer,
  },
  {
    name: 'DeleteLifecyclePolicy',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const answer = lifecycleAnswer(call);
      delete repositoryOf(call).lifecyclePolicy;
      return answer;
    },
  },
  {
    name: 'SetRepositoryPolicy',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const text = readRepositoryPolicy(call);
      repositoryOf(call).policyText = text;
      return policyAnswer(call);
    },
  },
  {
    name: 'GetRepositoryPolicy',
    resource: namedRepository,
    run: policyAnswer,
  },
  {
    name: 'DeleteRepositoryPolicy',
    mutates: true,
    resource: namedRepository,
    run(call) {
      const answer = policyAnswer(call);
      delete repositoryOf(call).policyText;
      return answer;
    },
  },
];
