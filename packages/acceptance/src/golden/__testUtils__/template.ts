import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { TemplateEntityV1beta3 } from '@backstage/plugin-scaffolder-common';
import type { JsonObject } from '@backstage/types';
import { parse } from 'yaml';

const templates = resolve(__dirname, '../../../../../templates');
const folder = join(templates, 'eks-service');

/** Every file in a folder and below. */
export function filesIn(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true })
    .flatMap(entry => {
      const path = join(directory, entry.name);
      return entry.isDirectory() ? filesIn(path) : [path];
    })
    .sort();
}

const templateFile = (name: string) => join(templates, name, 'template.yaml');

/** A template as the catalog has it. */
export function readTemplate(name = 'eks-service'): TemplateEntityV1beta3 {
  return parse(readFileSync(templateFile(name), 'utf8'), {
    merge: true,
  });
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What the form offers for a parameter that is one of several. */
export function choicesOf(parameter: string): string[] {
  const pages = [readTemplate().spec.parameters ?? []].flat();
  const branches = pages.flatMap(page =>
    [page, page.then, page.else].filter(isObject),
  );
  for (const { properties } of branches) {
    const offered = isObject(properties) ? properties[parameter] : undefined;
    if (isObject(offered) && Array.isArray(offered.enum)) {
      return offered.enum.map(String);
    }
  }
  throw new Error(`the form has no choice "${parameter}"`);
}

/** What it fills in, as the scaffolder's dry run takes it. */
export function readContent(): { path: string; base64Content: string }[] {
  return filesIn(join(folder, 'content'))
    .filter(path => !path.includes('/node_modules/'))
    .map(path => ({
      path: relative(folder, path),
      base64Content: readFileSync(path).toString('base64'),
    }));
}

/** A template as the catalog has it when it was registered from this checkout. */
export function registeredTemplate(name: string): TemplateEntityV1beta3 {
  const template = readTemplate(name);
  return {
    ...template,
    metadata: {
      ...template.metadata,
      namespace: 'default',
      annotations: {
        'backstage.io/managed-by-location': `file:${templateFile(name)}`,
      },
    },
  };
}
