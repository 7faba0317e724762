import { Call, Operation } from '../service';
import { invalid, noSuchEntity } from './common';
import { decideFor, Principal } from './identities';
import { AccessRequest, decide, Decision } from './policy';

const SOURCE_ARN = {
  pattern: /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/,
  min: 20,
  max: 2048,
};
const ACTION = { pattern: /^[\w-]+:[\w*]+$/, min: 3, max: 128 };

const WORDS: Record<Decision, string> = {
  allowed: 'allowed',
  'explicitly-denied': 'explicitDeny',
  'implicitly-denied': 'implicitDeny',
};

const sourceArn = (call: Call) =>
  call.input.requiredText('PolicySourceArn', SOURCE_ARN);

function context(call: Call): Record<string, string> {
  return Object.fromEntries(
    (call.input.objects('ContextEntries') ?? []).map(entry => {
      const values = entry.texts('ContextKeyValues') ?? [];
      if (values.length !== 1) {
        throw invalid('ContextEntries', 'one value for each key');
      }
      return [entry.requiredText('ContextKeyName'), values[0]];
    }),
  );
}

function evaluate(principal: Principal, request: AccessRequest) {
  return {
    EvalActionName: request.action,
    EvalResourceName: request.resource,
    EvalDecision: WORDS[decideFor(principal, request)],
    MatchedStatements: [],
    MissingContextValues: [],
    ...(principal.boundary && {
      PermissionsBoundaryDecisionDetail: {
        AllowedByPermissionsBoundary:
          decide([principal.boundary], request) === 'allowed',
      },
    }),
  };
}

/** What a principal may do, decided as a call of its own would be. */
export const simulateOperations: Operation[] = [
  {
    name: 'SimulatePrincipalPolicy',
    resource: sourceArn,
    run(call) {
      const arn = sourceArn(call);
      const principal = call.world.identities.find(arn);
      if (!principal || principal.accountId !== call.accountId) {
        throw noSuchEntity(`The entity with ARN ${arn} cannot be found.`);
      }
      const actions = call.input.requiredTexts('ActionNames', ACTION);
      const resources = call.input.texts('ResourceArns') ?? ['*'];
      const keys = context(call);
      return {
        EvaluationResults: actions.flatMap(action =>
          resources.map(resource =>
            evaluate(principal, { action, resource, context: keys }),
          ),
        ),
        IsTruncated: false,
      };
    },
  },
];
