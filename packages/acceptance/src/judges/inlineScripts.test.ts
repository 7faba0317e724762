import { inlineScripts } from './inlineScripts';

it('finds what GitLab runs for each job', () => {
  const text = `
variables: { script: none }
.base: { before_script: [echo before] }
test:
  extends: .base
  script:
    - [cd /tmp]
    - rm $1
deploy: { stage: deploy, trigger: other }
`;
  expect(inlineScripts('.gitlab-ci.yml', text)).toEqual({
    '.gitlab-ci.yml..base.sh': '#!/bin/sh\necho before\n',
    '.gitlab-ci.yml.test.sh': '#!/bin/sh\ncd /tmp\nrm $1\n',
    // A variable of that name is read, too: what is no shell is objected to.
    '.gitlab-ci.yml.variables.sh': '#!/bin/sh\nnone\n',
  });
});

it('finds what CodeBuild runs in each phase', () => {
  const text = `
version: 0.2
phases:
  install: { commands: [bash tools.sh] }
  build: { commands: [bash check.sh], finally: [rm $1] }
`;
  expect(inlineScripts('pipeline/buildspec.test.yaml', text)).toEqual({
    'pipeline/buildspec.test.yaml.install.sh': '#!/bin/sh\nbash tools.sh\n',
    'pipeline/buildspec.test.yaml.build.sh':
      '#!/bin/sh\nbash check.sh\nrm $1\n',
  });
});

it('finds nothing in other files', () => {
  expect(inlineScripts('catalog-info.yaml', 'spec: { script: [x] }')).toEqual(
    {},
  );
});
