module.exports = require('@backstage/cli/config/eslint-factory')(__dirname, {
  rules: {
    // What a file is about comes first, the parts it is made of below. A
    // component may use a constant of the module that stands after it: it is
    // called later.
    '@typescript-eslint/no-use-before-define': [
      'error',
      { functions: false, classes: true, variables: false },
    ],
  },
});
