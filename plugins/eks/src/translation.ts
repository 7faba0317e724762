import { createTranslationRef } from '@backstage/core-plugin-api/alpha';
import messages from './translation.en';

/**
 * The texts of the EKS tab and card, in English; Korean comes with them.
 *
 * @public
 */
export const eksTranslationRef = createTranslationRef({
  id: 'plugin.eks',
  translations: {
    ko: () => import('./translation.ko'),
  },
  messages,
});
