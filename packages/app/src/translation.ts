import { createTranslationRef } from '@backstage/frontend-plugin-api';

/** The portal's own texts, in English; Korean comes with them. */
export const portalTranslationRef = createTranslationRef({
  id: 'app.slipway',
  translations: {
    ko: () => import('./translation.ko'),
  },
  messages: {
    'signIn.github': 'Your GitHub account says which teams you are in.',
  },
});
