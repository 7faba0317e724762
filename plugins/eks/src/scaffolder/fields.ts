import { configApiRef } from '@backstage/core-plugin-api';
import { scmIntegrationsApiRef } from '@backstage/integration-react';
import type { CustomFieldValidator } from '@backstage/plugin-scaffolder-react';
import {
  validateEnvironment,
  validateNamespace,
  validatePipelineHost,
  validateScaling,
  validateServiceName,
  type Scaling,
} from '@slipway/backstage-plugin-eks-common';
import { eksApiRef } from '../api/EksApi';
import { nameIn } from './decommission';
import { DecommissionField } from './DecommissionField';
import { RepositoryField } from './RepositoryField';
import { ReviewField } from './ReviewField';
import { RuntimeField } from './RuntimeField';
import { ScalingField } from './ScalingField';
import { ServiceNameField } from './ServiceNameField';
import { TargetsField, type Target } from './TargetsField';
import { parseRepoUrl, repositoryPlaces, repoUrlOf } from './repository';

// What the fields are called in a template's `ui:field`, and what keeps the
// form from going on. The actions check the same again: a form can be bypassed.

/** What the form has gathered so far, as far as the fields look at each other. */
const gathered = (formData: unknown) =>
  Object(formData) as { repoUrl?: string; pipeline?: string };

const validateName: CustomFieldValidator<string> = async (
  name,
  validation,
  { apiHolder, formData },
) => {
  const problem = validateServiceName(name ?? '');
  if (problem) {
    validation.addError(problem);
    return;
  }
  const eks = apiHolder.get(eksApiRef);
  const config = apiHolder.get(configApiRef);
  const { repoUrl: chosen, pipeline = 'github-actions' } = gathered(formData);
  const integrations = apiHolder.get(scmIntegrationsApiRef);
  const [place] =
    config && integrations
      ? repositoryPlaces(config, pipeline, integrations)
      : [];
  const repoUrl = chosen ?? (place && repoUrlOf({ ...place, name }));
  try {
    const answer = await eks?.checkName(name, { repoUrl });
    const taken = [answer?.catalog, answer?.repository, answer?.registry];
    if (answer && taken.includes('taken')) {
      answer.reasons.forEach(reason => validation.addError(reason));
    }
  } catch {
    // Not to know is no reason to stop: the field says so, and the task's
    // first step asks again.
  }
};

const validateTargets: CustomFieldValidator<Target[]> = (
  targets,
  validation,
) => {
  const seen = new Set<string>();
  for (const { environment, clusterArn, namespace } of targets ?? []) {
    if (!clusterArn) {
      validation.addError(`Choose a cluster for ${environment || 'each one'}.`);
    }
    const unnamed = validateEnvironment(environment);
    if (unnamed) {
      validation.addError(unnamed);
    } else if (seen.has(environment)) {
      validation.addError(`Environment “${environment}” is there twice.`);
    }
    seen.add(environment);
    const problem = validateNamespace(namespace ?? '');
    if (problem) {
      validation.addError(problem);
    }
  }
  if (!targets?.length) {
    validation.addError('Choose a cluster.');
  }
};

const validatePods: CustomFieldValidator<Scaling> = (scaling, validation) => {
  const problem = scaling && validateScaling(scaling);
  if (problem) {
    validation.addError(problem);
  }
};

const validateRepository: CustomFieldValidator<string> = (
  repoUrl,
  validation,
  { apiHolder, formData },
) => {
  const place = parseRepoUrl(repoUrl);
  if (!place) {
    validation.addError('Choose a host, an owner and a name.');
    return;
  }
  const { pipeline = 'github-actions' } = gathered(formData);
  const { host } = place;
  const integration = apiHolder.get(scmIntegrationsApiRef)?.byHost(host);
  const problem =
    integration &&
    validatePipelineHost({ pipeline, host, kind: integration.type });
  if (problem) {
    validation.addError(problem);
  }
};

const validateConfirmation: CustomFieldValidator<string> = (
  typed,
  validation,
  { formData },
) => {
  const name = nameIn((formData as { service?: string } | undefined)?.service);
  if (typed !== name) {
    validation.addError(`Type ${name} to remove it.`);
  }
};

/** The service's name. */
export const serviceName = {
  name: 'EksServiceName',
  component: ServiceNameField,
  validation: validateName,
};

/** The runtime, as cards. */
export const runtimePicker = {
  name: 'EksRuntimePicker',
  component: RuntimeField,
};

/** Environments with their clusters and namespaces. */
export const targetPicker = {
  name: 'EksTargetPicker',
  component: TargetsField,
  validation: validateTargets,
};

/** How many pods. */
export const scaling = {
  name: 'EksScaling',
  component: ScalingField,
  validation: validatePods,
};

/** The scaffolder's RepoUrlPicker, filled in. */
export const repository = {
  name: 'EksRepository',
  component: RepositoryField,
  validation: validateRepository,
};

/** What was checked and what will be made. */
export const review = {
  name: 'EksReview',
  component: ReviewField,
};

/** What would go with a service, and its name typed. */
export const decommission = {
  name: 'EksDecommission',
  component: DecommissionField,
  validation: validateConfirmation,
};
