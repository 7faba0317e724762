/**
 * Shows what runs on EKS for a catalog entity, in the new frontend system. For
 * apps on the old one see `@slipway/backstage-plugin-eks/legacy`.
 *
 * @packageDocumentation
 */

export { eksPlugin as default } from './plugin';
export { eksApiRef, EksClient, type EksApi } from './api/EksApi';
export type { RuntimeEvent } from './api/runtimeEvents';
export { eksFormTranslationRef } from './scaffolder/translation';
export { eksTranslationRef } from './translation';
