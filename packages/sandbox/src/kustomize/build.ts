import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { applyPatch } from 'fast-json-patch';
import { parse, parseAllDocuments } from 'yaml';
import { isRecord } from '../core';
import type { KubernetesObject } from '../kubernetes';
import { kinds } from '../kubernetes/kinds';
import { strategicMerge } from '../kubernetes/patch/strategic';
import type { Json, JsonObject } from '../kubernetes/types';

/** What a kustomization may say here; anything else is refused by name. */
interface Kustomization {
  apiVersion?: string;
  kind?: string;
  resources?: string[];
  namespace?: string;
  commonAnnotations?: Record<string, string>;
  labels?: {
    pairs: Record<string, string>;
    includeSelectors?: boolean;
    includeTemplates?: boolean;
  }[];
  images?: {
    name: string;
    newName?: string;
    newTag?: string;
    digest?: string;
  }[];
  patches?: {
    path?: string;
    patch?: string;
    target?: { kind?: string; name?: string };
  }[];
}

const known = [
  'apiVersion',
  'kind',
  'resources',
  'namespace',
  'commonAnnotations',
  'labels',
  'images',
  'patches',
];

const clusterWide = new Set(
  Object.values(kinds)
    .filter(kind => !kind.namespaced)
    .map(kind => kind.kind),
);

/** Renders a kustomization in a repository. @throws Error */
export function build(root: string, folder: string): KubernetesObject[] {
  return buildFolder(realpathSync(root), resolve(root, folder));
}

function buildFolder(root: string, folder: string): KubernetesObject[] {
  const file = join(folder, 'kustomization.yaml');
  const kustomization: Kustomization = parse(read(root, file)) ?? {};
  const unknown = Object.keys(kustomization).find(key => !known.includes(key));
  if (unknown) {
    throw new Error(
      `${relative(root, file)}: the sandbox does not know "${unknown}"; install kubectl to render it`,
    );
  }
  let objects = (kustomization.resources ?? []).flatMap(resource =>
    loadResource(root, folder, resource),
  );
  for (const patch of kustomization.patches ?? []) {
    objects = applyOne(root, folder, objects, patch);
  }
  return objects.map(object => transform(object, kustomization));
}

function inside(root: string, path: string): string {
  // A link may lead out of the repository.
  const real = existsSync(path) ? realpathSync(path) : path;
  if (relative(root, real).startsWith('..')) {
    throw new Error(`${path}: outside of the repository`);
  }
  return real;
}

function read(root: string, file: string): string {
  const path = inside(root, file);
  if (!existsSync(path)) {
    throw new Error(`${relative(root, file)}: there is no such file`);
  }
  return readFileSync(path, 'utf8');
}

function loadResource(
  root: string,
  folder: string,
  resource: string,
): KubernetesObject[] {
  if (/^[a-z]+:\/\/|^git@|^github\.com\//.test(resource)) {
    throw new Error(`${resource}: bases from elsewhere are not fetched`);
  }
  const path = inside(root, resolve(folder, resource));
  if (existsSync(path) && statSync(path).isDirectory()) {
    return buildFolder(root, path);
  }
  return parseAllDocuments(read(root, path)).flatMap(document => {
    const object = document.toJS();
    return object === null ? [] : [object];
  });
}

function applyOne(
  root: string,
  folder: string,
  objects: KubernetesObject[],
  { path, patch, target }: NonNullable<Kustomization['patches']>[number],
): KubernetesObject[] {
  const text = path ? read(root, resolve(folder, path)) : (patch ?? '');
  const change: Json = parse(text);
  const wanted =
    target ??
    (isRecord(change)
      ? {
          kind: String(change.kind),
          name: isRecord(change.metadata) ? String(change.metadata.name) : '',
        }
      : {});
  let hit = false;
  const patched = objects.map(object => {
    if (
      (wanted.kind && object.kind !== wanted.kind) ||
      (wanted.name && object.metadata.name !== wanted.name)
    ) {
      return object;
    }
    hit = true;
    return (Array.isArray(change)
      ? applyPatch(structuredClone(object), change as never).newDocument
      : strategicMerge(
          object as unknown as JsonObject,
          change,
        )) as unknown as KubernetesObject;
  });
  if (!hit) {
    throw new Error(
      `a patch for ${wanted.kind ?? 'anything'} ${wanted.name ?? ''} finds nothing to change`,
    );
  }
  return patched;
}

function transform(
  source: KubernetesObject,
  kustomization: Kustomization,
): KubernetesObject {
  const object = structuredClone(source) as KubernetesObject & {
    spec?: JsonObject;
  };
  const { metadata } = object;
  if (kustomization.namespace && !clusterWide.has(object.kind)) {
    metadata.namespace = kustomization.namespace;
  }
  const template = podTemplate(object);
  if (kustomization.commonAnnotations) {
    for (const meta of [metadata, template?.metadata]) {
      if (meta) {
        meta.annotations = {
          ...meta.annotations,
          ...kustomization.commonAnnotations,
        };
      }
    }
  }
  for (const label of kustomization.labels ?? []) {
    metadata.labels = { ...metadata.labels, ...label.pairs };
    if (template && (label.includeTemplates || label.includeSelectors)) {
      template.metadata.labels = {
        ...template.metadata.labels,
        ...label.pairs,
      };
    }
  }
  for (const container of template?.containers ?? []) {
    container.image = image(String(container.image), kustomization.images);
  }
  return object;
}

interface PodTemplate {
  metadata: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  };
  containers: JsonObject[];
}

/** The template of a workload, as something to be changed in place. */
function podTemplate(
  object: KubernetesObject & { spec?: JsonObject },
): PodTemplate | undefined {
  const template = object.spec?.template;
  if (!isRecord(template) || !isRecord(template.spec)) {
    return undefined;
  }
  template.metadata = isRecord(template.metadata) ? template.metadata : {};
  const { containers, initContainers } = template.spec;
  return {
    metadata: template.metadata,
    containers: [containers, initContainers].flatMap(list =>
      Array.isArray(list) ? list.filter(isJsonObject) : [],
    ),
  };
}

function image(current: string, images: Kustomization['images'] = []): string {
  const [, name = current, tag] =
    /^(.*?)(?::([^:/@]+))?(?:@.*)?$/.exec(current) ?? [];
  const change = images.find(candidate => candidate.name === name);
  if (!change) {
    return current;
  }
  const base = change.newName ?? name;
  if (change.digest) {
    return `${base}@${change.digest}`;
  }
  const newTag = change.newTag ?? tag;
  return newTag ? `${base}:${newTag}` : base;
}

const isJsonObject = (value: Json): value is JsonObject => isRecord(value);
