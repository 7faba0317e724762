import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from '@kubernetes-models/argo-cd/argoproj.io/v1alpha1/Application';
import { parse } from 'yaml';
import { filesBelow } from './programs';
import type { Judge } from './types';

/** Argo CD's own definition of an Application, as `@kubernetes-models/argo-cd` carries it. */
export const argoCd: Judge = {
  name: 'Argo CD schema',
  artifact: 'Applications',
  files: ({ repository }) => {
    const paths = filesBelow(repository).filter(path =>
      path.startsWith('deploy/argocd/'),
    );
    return paths.length
      ? Object.fromEntries(
          paths.map(path => [
            path,
            readFileSync(join(repository, path), 'utf8'),
          ]),
        )
      : undefined;
  },
  judge: async subjects =>
    subjects.flatMap(({ folder }) =>
      filesBelow(folder).flatMap(file => {
        try {
          new Application(
            parse(readFileSync(join(folder, file), 'utf8')),
          ).validate();
          return [];
        } catch (error) {
          return [
            {
              folder,
              rule: 'schema',
              at: file,
              message: String(Object(error).message),
            },
          ];
        }
      }),
    ),
};
