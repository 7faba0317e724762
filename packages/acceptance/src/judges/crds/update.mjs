// Takes the definitions of custom kinds that the API server judge installs from
// the Go modules of those who make them, without the descriptions of their
// fields, which are two thirds of them and judge nothing:
//
//   node packages/acceptance/src/judges/crds/update.mjs

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));

const sources = {
  'github.com/argoproj/argo-cd/v3@v3.4.2': [
    'manifests/crds/application-crd.yaml',
    'manifests/crds/appproject-crd.yaml',
  ],
  'sigs.k8s.io/gateway-api@v1.5.1': [
    'config/crd/standard/gateway.networking.k8s.io_gatewayclasses.yaml',
    'config/crd/standard/gateway.networking.k8s.io_gateways.yaml',
    'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
  ],
  // AWS Load Balancer Controller 3.2.2.
  'sigs.k8s.io/aws-load-balancer-controller@v0.0.0-20260423195125-93ff3b5fdaad':
    [
      'config/crd/bases/elbv2.k8s.aws_ingressclassparams.yaml',
      'config/crd/bases/elbv2.k8s.aws_targetgroupbindings.yaml',
      'config/crd/gateway/gateway.k8s.aws_listenerruleconfigurations.yaml',
      'config/crd/gateway/gateway.k8s.aws_loadbalancerconfigurations.yaml',
      'config/crd/gateway/gateway.k8s.aws_targetgroupconfigurations.yaml',
    ],
};

for (const [module, files] of Object.entries(sources)) {
  const { Dir } = JSON.parse(
    execFileSync('go', ['mod', 'download', '-json', module], {
      encoding: 'utf8',
    }),
  );
  for (const file of files) {
    const definitions = parseAllDocuments(
      readFileSync(join(Dir, file), 'utf8'),
    ).map(document => document.toJS());
    writeFileSync(
      join(here, basename(file).replace(/\.yaml$/, '.json')),
      `${JSON.stringify({ source: `${module}/${file}`, definitions })}\n`,
    );
  }
}
