module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  // What somebody else wrote, as far as the tests are concerned.
  ignorePatterns: ['**/__fixtures__/**'],
  overrides: [
    {
      // This package is never built: whatever it imports is for tests, and it
      // runs from its sources.
      files: [
        'src/bench/**',
        'src/cluster/**',
        'src/contract/**',
        'src/judges/**',
        'src/toolchain/**',
      ],
      rules: {
        '@backstage/no-undeclared-imports': 'off',
        'no-restricted-imports': 'off',
        'no-restricted-syntax': 'off',
      },
    },
    {
      // A case holds what it expects; the files that run it for each
      // implementation are the tests.
      files: ['src/contract/**'],
      rules: {
        'jest/no-standalone-expect': 'off',
        'jest/expect-expect': 'off',
      },
    },
  ],
});
