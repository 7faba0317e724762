import { join } from 'node:path';
import { checkov } from './checkov';
import { KUBERNETES, locate, pathsOf, reportOf, run } from './programs';
import type { Judge, Rendering } from './types';

const manifests = (rendering: Rendering) => rendering.manifests;

interface Resource {
  filename: string;
  kind: string;
  name: string;
  status: string;
  msg: string;
}

/** Schemas of Kubernetes, strict: no field that it does not know. */
export const kubeconform: Judge = {
  name: 'kubeconform',
  artifact: 'manifests',
  files: manifests,
  async judge(subjects, { go, kubernetesSchemas }) {
    const answer = await run(join(go, 'kubeconform'), [
      '-strict',
      ...[
        '-schema-location',
        `${kubernetesSchemas}/{{.ResourceKind}}{{.KindSuffix}}.json`,
      ],
      ...['-output', 'json'],
      '-verbose',
      ...pathsOf(subjects),
    ]);
    const { resources } = reportOf<{ resources: Resource[] }>(
      'kubeconform',
      answer,
    );
    if (!resources.length) {
      throw new Error('kubeconform found no object');
    }
    return resources
      .filter(({ status }) => status !== 'statusValid')
      .map(({ filename, kind, name, status, msg }) => {
        const { folder, file } = locate(subjects, filename);
        return {
          folder,
          rule: status,
          at: `${file}: ${kind} ${name}`,
          message: msg,
        };
      });
  },
};

/** Security rules for what runs in a cluster. */
export const checkovManifests: Judge = {
  name: 'checkov',
  artifact: 'manifests',
  files: manifests,
  judge: (subjects, tools) => checkov(subjects, tools, 'kubernetes'),
};

interface Scored {
  object_name: string;
  type_meta: { kind: string };
  file_name: string;
  checks: {
    check: { id: string; name: string };
    grade: number;
    skipped: boolean;
    comments: { path: string; summary: string; description: string }[] | null;
  }[];
}

// What kube-score calls critical (1) and warning (5); 10 is fine.
const WARNING = 5;

/** What makes objects reliable and safe. */
export const kubeScore: Judge = {
  name: 'kube-score',
  artifact: 'manifests',
  files: manifests,
  async judge(subjects, { go }) {
    const found = await Promise.all(
      subjects.map(async ({ folder }) => {
        const answer = await run(join(go, 'kube-score'), [
          'score',
          ...['--kubernetes-version', `v${KUBERNETES}`],
          ...['--output-format', 'json'],
          ...pathsOf([{ folder, rendering: subjects[0].rendering }]),
        ]);
        const objects = reportOf<Scored[]>('kube-score', answer);
        return objects.flatMap(
          ({ object_name, type_meta, file_name, checks }) =>
            checks
              .filter(({ grade, skipped }) => !skipped && grade <= WARNING)
              .flatMap(({ check, comments }) =>
                (comments ?? []).map(({ summary, description }) => ({
                  folder,
                  rule: `${check.id}: ${summary}`,
                  at: `${file_name.slice(folder.length + 1)}: ${type_meta.kind} ${object_name}`,
                  message: description,
                })),
              ),
        );
      }),
    );
    return found.flat();
  },
};
