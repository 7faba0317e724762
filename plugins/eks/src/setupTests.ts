import '@testing-library/jest-dom';
import { configure } from '@testing-library/react';

// A whole app takes its time to load on a busy machine.
configure({ asyncUtilTimeout: 10_000 });
