module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // What a file is about comes first, the parts it is made of below: a
    // constant of the module is there by the time a function uses it.
    '@typescript-eslint/no-use-before-define': [
      'error',
      { functions: false, classes: true, variables: false },
    ],
  },
});
