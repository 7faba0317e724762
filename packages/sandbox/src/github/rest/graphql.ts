import { buildSchema, graphql } from 'graphql';
import type { Request, Response } from 'express';
import { isRecord } from '../../core';
import { headOf } from '../git';
import { text, type RestContext } from './context';
import { pullView } from './views';

/**
 * The part of GitHub's GraphQL API that `publish:github:pull-request` uses:
 * whether a branch has an open pull request. Types: GitHub GraphQL API
 * reference.
 */
const schema = buildSchema(`
  type Query {
    repository(owner: String!, name: String!): Repository
  }
  type Repository {
    ref(qualifiedName: String!): Ref
  }
  type Ref {
    name: String!
    associatedPullRequests(first: Int, states: [PullRequestState!]): PullRequestConnection!
  }
  enum PullRequestState { CLOSED MERGED OPEN }
  type PullRequestConnection {
    totalCount: Int!
    edges: [PullRequestEdge!]
  }
  type PullRequestEdge {
    node: PullRequest
  }
  type PullRequest {
    id: ID!
    number: Int!
    title: String!
    url: String!
  }
`);

interface PullRequestArguments {
  first?: number;
  states?: string[];
}

/** Answers a query as GitHub does: errors are in the answer, with status 200. */
export const answerGraphql =
  (rest: RestContext) =>
  async (request: Request, response: Response): Promise<void> => {
    const { query, variables } = request.body;
    response.json(
      await graphql({
        schema,
        source: text(query),
        variableValues: isRecord(variables) ? variables : {},
        rootValue: {
          repository({ owner, name }: { owner: string; name: string }) {
            const repository = rest.repositories.find(owner, name);
            return (
              repository && {
                ref: async ({ qualifiedName }: { qualifiedName: string }) => {
                  const branch = qualifiedName.replace(/^refs\/heads\//, '');
                  const head = await headOf(
                    rest.directoryOf(repository),
                    branch,
                  );
                  return head
                    ? {
                        name: branch,
                        associatedPullRequests: (
                          wanted: PullRequestArguments,
                        ) => pullsOf(branch, wanted),
                      }
                    : null;
                },
              }
            );

            async function pullsOf(
              branch: string,
              { first = 30, states }: PullRequestArguments,
            ) {
              const pulls = (repository?.pulls ?? []).filter(
                ({ head, state, merged }) =>
                  head === branch &&
                  (!states ||
                    states.includes(
                      merged ? 'MERGED' : state.toLocaleUpperCase('en-US'),
                    )),
              );
              const nodes = await Promise.all(
                pulls.slice(0, first).map(async pull => {
                  const view =
                    repository && (await pullView(rest, repository, pull));
                  return { ...view, url: view?.html_url };
                }),
              );
              return {
                totalCount: pulls.length,
                edges: nodes.map(node => ({ node })),
              };
            }
          },
        },
      }),
    );
  };
