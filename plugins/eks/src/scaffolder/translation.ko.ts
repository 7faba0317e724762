import { createTranslationMessages } from '@backstage/core-plugin-api/alpha';
import { eksFormTranslationRef } from './translation';

export default createTranslationMessages({
  ref: eksFormTranslationRef,
  messages: {
    'name.label': '이름',
    'name.help':
      '저장소, 이미지, 카탈로그 항목, 쿠버네티스 오브젝트의 이름이 됩니다. 나중에 바꿀 수 없습니다.',
    'name.checking': '사용할 수 있는 이름인지 확인하는 중 …',
    'name.free':
      '카탈로그, Git 호스트, ECR에서 모두 사용할 수 있는 이름입니다.',
    'name.unknown': '일부는 확인하지 못했습니다: {{reasons}}',
    'name.notAsked': '이름을 확인하지 못했습니다: {{reason}}',
    'runtime.label': '런타임',
    'runtime.nodejsTitle': 'Node.js 24',
    'runtime.nodejsText':
      'TypeScript와 Fastify: 헬스 체크, 메트릭, 구조화된 로그, 정상 종료, 테스트가 포함됩니다.',
    'targets.label': '실행 위치',
    'targets.environment': '환경',
    'targets.cluster': '클러스터',
    'targets.namespace': '네임스페이스',
    'targets.namespaceHelp':
      '없으면 Pod Security “restricted”로 새로 만듭니다.',
    'targets.loading': 'AWS에서 클러스터를 조회하는 중 …',
    'targets.failed': '클러스터 목록을 가져오지 못했습니다: {{reason}}',
    'targets.none':
      '선택할 수 있는 클러스터가 없습니다. 플랫폼 팀에 eks.discovery.accounts 설정을 요청하세요(docs/configuration.md).',
    'targets.hidden':
      '{{account}}, {{region}}을(를) 조회하지 못해 그 클러스터가 빠져 있습니다: {{reason}}',
    'targets.add': '환경 추가',
    'targets.remove': '{{environment}} 제거',
    'targets.usable': '연결됨',
    'targets.unusable': '사용할 수 없음',
    'targets.account': '계정 {{account}}',
    'targets.compute.managed-nodes': '관리형 노드',
    'targets.compute.karpenter': 'Karpenter',
    'targets.compute.auto-mode': 'Auto Mode',
    'targets.compute.fargate': 'Fargate: {{selectors}}',
    'targets.loadBalancer.auto-mode': '로드 밸런서 내장',
    'targets.loadBalancer.aws-load-balancer-controller':
      'AWS Load Balancer Controller',
    'targets.loadBalancer.none': '로드 밸런서 컨트롤러 없음',
    'targets.loadBalancer.unknown': '로드 밸런서 확인 불가',
    'targets.insights.otel': 'Container Insights (OpenTelemetry)',
    'targets.insights.classic': 'Container Insights (클래식)',
    'targets.insights.none': 'Container Insights 없음',
    'targets.metrics.metrics-server': '메트릭',
    'targets.metrics.none': '메트릭 서버가 없어 오토스케일러가 동작하지 않음',
    'targets.metrics.unknown': '메트릭 확인 불가',
    'targets.required': '{{environment}} 환경의 클러스터를 선택하세요.',
    'targets.twice': '환경 “{{environment}}”이(가) 두 번 있습니다.',
    'scaling.label': '파드 수',
    'scaling.range': '최소와 최대',
    'scaling.cpu': 'CPU 목표(요청 대비 %)',
    'scaling.help':
      'CPU 사용률이 요청의 {{target}}%를 넘으면 파드를 늘립니다. 파드가 세 개면 가용 영역 하나를 잃어도 견딥니다.',
    'repository.help': '포털이 새 저장소를 만듭니다.',
    'review.label': '만들기 전에',
    'review.checking': '확인하는 중 …',
    'review.failed': '확인을 실행하지 못했습니다: {{reason}}',
    'review.nameFree':
      '이름 {{name}}은(는) 카탈로그, Git 호스트, ECR에서 사용할 수 있습니다.',
    'review.targetFits':
      '{{cluster}}에 연결되며 네임스페이스 {{namespace}}에서 서비스를 실행할 수 있습니다.',
    'review.targetMissing': '클러스터 {{cluster}}을(를) 찾지 못했습니다.',
    'review.count.passed': '{{number}}개 통과',
    'review.count.failed': '{{number}}개 해결 필요',
    'review.count.warning': '{{number}}개 참고',
    'review.planLabel': '만들어지는 것',
    'review.planRepository': '저장소',
    'review.planRegistry': 'ECR 저장소',
    'review.planNamespace': '네임스페이스',
    'review.planCatalog': '카탈로그 항목',
    'review.planRepositoryDetail':
      '소스, Dockerfile, 매니페스트, 파이프라인, 문서',
    'review.planRegistryDetail': '변경 불가 태그, 스캔, 오래된 이미지 만료',
    'review.planNamespaceDetail': 'Pod Security restricted, 쿼터',
    'review.planCatalogDetail': '소유자 {{owner}}',
  },
});
