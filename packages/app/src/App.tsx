import { createApp } from '@backstage/frontend-defaults';
import { navModule } from './nav';
import { signInModule } from './signIn';

// Every plugin in this package's dependencies is found by `app.packages: all`.
export default createApp({ features: [navModule, signInModule] });
