// Korean texts of the EKS tab and card.
export default {
  'tab.title': 'EKS',
  'card.title': 'EKS에서 실행 중',
  'card.ready': '준비된 파드',
  'card.restarts': '재시작',
  'card.clusters': '클러스터',
  'card.more': '파드와 오토스케일러 보기',
  'services.title': 'EKS의 서비스',
  'services.name': '서비스',
  'services.state': '상태',
  'services.release': '버전',
  'services.search': '서비스 검색',
  'services.none': 'EKS에서 실행되는 컴포넌트가 없습니다.',
  'services.noMatch': '일치하는 서비스가 없습니다.',
  'services.notKnown': '알 수 없습니다: {{why}}',
  'services.failed': '서비스의 실행 상태를 읽을 수 없습니다',
  'services.older': '표시된 내용은 이전 상태입니다',
  'services.more_one': '서비스 보기',
  'services.more_other': '서비스 {{count}}개 모두 보기',
  'health.healthy': '정상',
  'health.progressing': '진행 중',
  'health.degraded': '이상',
  'health.unknown': '알 수 없음',
  'live.connecting': '연결 중',
  'live.live': '실시간',
  'live.polling': '최신',
  'live.lost': '연결 끊김',
  'live.ended': '종료됨',
  'live.asItHappens': '변경 사항이 바로 표시됩니다',
  'live.withoutBackend':
    '{{time}}에 쿠버네티스 플러그인을 통해 갱신됨: EKS 백엔드가 설치되지 않아 변경 사항이 늦게 표시되고 로그가 없습니다',
  'live.updated': '{{time}}에 갱신됨',
  'live.endedBecause.token-expired':
    '포털이 세션을 종료했습니다. 페이지를 다시 불러오세요',
  'live.endedBecause.permission': '실행 중인 항목을 볼 권한이 더 이상 없습니다',
  'live.endedBecause.shutdown': '포털을 다시 시작하는 중입니다',
  'live.endedBecause.entity-gone': '카탈로그에 더 이상 없습니다',
  'live.since': '{{time}} 기준 상태를 표시합니다',
  'live.slow': '응답을 기다리는 중입니다',
  'sentence.running_one':
    '{{clusters}}에서 파드 {{count}}개 중 {{ready}}개가 준비되었습니다.',
  'sentence.running_other':
    '{{clusters}}에서 파드 {{count}}개 중 {{ready}}개가 준비되었습니다.',
  'sentence.rollingOut_one':
    '{{clusters}}에 {{release}} 배포 중: 파드 {{count}}개 중 {{ready}}개가 준비되었습니다.',
  'sentence.rollingOut_other':
    '{{clusters}}에 {{release}} 배포 중: 파드 {{count}}개 중 {{ready}}개가 준비되었습니다.',
  'sentence.failing_one': '파드 1개를 실행할 수 없습니다.',
  'sentence.failing_other': '파드 {{count}}개를 실행할 수 없습니다.',
  'sentence.stopped': '{{clusters}}에서 파드 수가 0으로 조정되었습니다.',
  'sentence.nothing': '아직 배포된 것이 없습니다.',
  'sentence.unreadable':
    '상태를 알 수 없습니다: {{clusters}}을(를) 읽을 수 없습니다.',
  'sentence.stale': '{{clusters}}은(는) {{time}} 기준 상태입니다.',
  'sentence.alsoUnreadable': '{{clusters}}을(를) 읽을 수 없습니다.',
  'sentence.aNewVersion': '새 버전',
  'sentence.version': '버전',
  'sentence.commit': '커밋',
  'sentence.digest': '이미지',
  'sentence.besides': '함께 실행 중',
  'sentence.restarted_one':
    '파드 {{pod}}이(가) 한 번 재시작되었습니다: 컨테이너 {{container}}이(가) {{ending}}(으)로 종료되었습니다.',
  'sentence.restarted_other':
    '파드 {{pod}}이(가) {{count}}번 재시작되었습니다: 컨테이너 {{container}}이(가) {{ending}}(으)로 종료되었습니다.',
  'sentence.lookAt': '{{pod}} 살펴보기',
  'sentence.troubled': '파드 {{pod}}: {{state}}.',
  'sentence.troubledBecause': '파드 {{pod}}: {{state}}, “{{message}}”.',
  'ending.exitCode': '종료 코드 {{code}}',
  'ending.reason': '{{reason}} (종료 코드 {{code}})',
  'ending.unknown': '알 수 없는 종료 코드',
  'cluster.gaps':
    '읽을 수 없어 표시하지 않는 항목: {{kinds}}. 나머지는 그대로입니다. docs/iam.md의 kubernetes-rbac.yaml을 적용하세요.',
  'cluster.account': '계정 {{account}}',
  'cluster.namespace_one': '네임스페이스 {{namespaces}}',
  'cluster.namespace_other': '네임스페이스 {{namespaces}}',
  'cluster.unreadable': '읽을 수 없음',
  'cluster.partial': '일부만 읽음',
  'cluster.toFix': '해결 방법:',
  'cluster.nothingHere': '이 서비스는 아직 여기에 배포되지 않았습니다.',
  'cluster.version': 'EKS {{version}}',
  'cluster.supportEnds': '표준 지원 종료일 {{date}}',
  'cluster.addon': '애드온 {{name}}: {{issues}}',
  'cluster.compute.managed-nodes': '관리형 노드',
  'cluster.compute.karpenter': 'Karpenter',
  'cluster.compute.auto-mode': 'Auto Mode',
  'cluster.compute.fargate': 'Fargate',
  'cluster.lastSeen': '마지막 확인: 파드 {{total}}개 중 {{ready}}개가 준비됨.',
  'workloads.gone': '워크로드 {{name}}이(가) 더 이상 없습니다.',
  'link.copy': '링크 복사',
  'link.copyOf': '{{name}} 링크 복사',
  'link.copied': '복사했습니다',
  'link.failed': '브라우저가 복사를 허용하지 않았습니다.',
  'nodes.capacity.reserved': '예약',
  'nodes.leaving': '비우는 중',
  'nodes.title': '실행 위치',
  'nodes.name': '노드',
  'nodes.type': '인스턴스',
  'nodes.zone': '가용 영역',
  'nodes.capacityKind': '용량',
  'nodes.madeByWhom': '생성 주체',
  'nodes.pods': '파드',
  'nodes.capacity.on-demand': '온디맨드',
  'nodes.capacity.spot': '스팟',
  'nodes.capacity.fargate': 'Fargate',
  'nodes.madeBy.managed-node-group': '관리형 노드 그룹',
  'nodes.madeBy.karpenter': 'Karpenter',
  'nodes.madeBy.auto-mode': 'EKS 자동 모드',
  'nodes.madeBy.fargate': 'Fargate',
  'nodes.madeBy.unknown': '알 수 없음',
  'connection.connecting': '연결 중',
  'connection.live': '실시간',
  'connection.stale': '오래된 정보',
  'connection.denied': '액세스 거부됨',
  'connection.unreachable': '연결할 수 없음',
  'connection.gone': '없어짐',
  'connection.viewer': '사용자 자격 증명으로 읽음',
  'connection.why.stale': '이 클러스터와의 연결이 끊겨 다시 연결하고 있습니다.',
  'connection.why.denied':
    '이 클러스터가 포털을 거부합니다. docs/iam.md에 따라 포털 역할의 액세스 엔트리를 플랫폼 팀에 요청하세요.',
  'connection.why.unreachable':
    '이 클러스터가 응답하지 않습니다. 자동으로 다시 시도합니다.',
  'connection.why.gone': '이 클러스터는 더 이상 없습니다.',
  'connection.why.viewer': '이 클러스터는 사용자의 자격 증명으로 읽습니다.',
  'connection.said': '포털 메시지: “{{message}}”',
  'connection.since': '{{time}}부터 이 상태입니다.',
  'connection.asOf': '표시된 내용은 {{time}} 기준입니다.',
  'cause.noAccess': '이 클러스터가 포털({{role}})의 접근을 허용하지 않습니다.',
  'cause.noAccessFix':
    'docs/iam.md에 따라 해당 역할에 AmazonEKSViewPolicy가 포함된 액세스 엔트리를 플랫폼 팀에 요청하세요.',
  'cause.accessLost':
    '이 클러스터가 더 이상 포털({{role}})의 접근을 허용하지 않습니다.',
  'cause.accessLostFix':
    'docs/iam.md에 따라 역할과 액세스 엔트리가 아직 있는지 확인하세요. 포털의 시계와 토큰은 올바릅니다.',
  'cause.clock':
    '포털의 시계가 이 클러스터보다 {{minutes}}분 {{direction}} 있어 클러스터가 포털을 거부합니다.',
  'cause.clockFix': '잘못된 시계를 맞추세요. 토큰은 몇 분 동안만 유효합니다.',
  'cause.tokenExpired':
    '포털의 토큰이 {{time}}에 만료되어 이 클러스터가 포털을 거부합니다.',
  'cause.tokenExpiredFix':
    '새 토큰은 자동으로 발급됩니다. 계속되면 백엔드 로그에서 AWS가 발급하지 않는 이유를 확인하세요.',
  'cause.forbidden':
    '이 클러스터가 포털의 접근은 허용하지만 다음 작업은 허용하지 않습니다: {{action}}.',
  'cause.forbiddenFix':
    'docs/iam.md에 따라 포털 역할에 docs/iam-policies/kubernetes-rbac.yaml의 권한을 부여하세요.',
  'cause.busy': '이 클러스터의 API가 너무 바빠서 응답하지 않습니다.',
  'cause.busyFix':
    '할 일은 없습니다. 클러스터가 알려 준 시간에 다시 요청합니다.',
  'cause.failing': '이 클러스터의 API가 오류로 응답합니다(상태 {{status}}).',
  'cause.failingFix':
    'EKS 콘솔에서 상태를 확인하세요. 자동으로 다시 요청합니다.',
  'cause.certificateExpired': '이 클러스터의 인증서가 만료되었습니다.',
  'cause.certificateExpiredFix':
    '포털의 시계가 맞는지, 클러스터 엔드포인트에서 무엇이 응답하는지 확인하세요.',
  'cause.certificateEarly': '이 클러스터의 인증서가 아직 유효하지 않습니다.',
  'cause.certificateEarlyFix': '포털의 시계가 맞는지 확인하세요.',
  'cause.certificateForeign':
    '이 클러스터의 인증서가 EKS가 알려 준 인증 기관의 것이 아닙니다.',
  'cause.certificateForeignFix':
    '클러스터 엔드포인트에서 무엇이 응답하는지 확인하세요. 프록시이거나 다른 서버일 수 있습니다.',
  'cause.certificateHost': '이 클러스터의 인증서가 다른 호스트의 것입니다.',
  'cause.certificateHostFix':
    '클러스터 엔드포인트에서 무엇이 응답하는지 확인하세요.',
  'cause.noAnswer': '이 클러스터가 제시간에 응답하지 않습니다.',
  'cause.noAnswerFix':
    '포털의 네트워크에서 클러스터 엔드포인트의 443 포트로 연결되는지 확인하세요. 자동으로 다시 요청합니다.',
  'cause.noConnection': '이 클러스터에 연결되지 않습니다({{said}}).',
  'cause.noConnectionFix':
    '포털의 네트워크에서 클러스터 엔드포인트의 443 포트로 연결되는지 확인하세요. 자동으로 다시 시도합니다.',
  'cause.notUnderstood': '이 클러스터의 응답을 이해할 수 없습니다({{said}}).',
  'cause.notUnderstoodFix':
    '프록시 등 엔드포인트에서 무엇이 응답하는지 확인하세요. 자동으로 다시 요청합니다.',
  'cause.credentials':
    'AWS가 포털에 이 클러스터의 자격 증명을 주지 않습니다: {{message}}',
  'cause.credentialsFix':
    'AWS의 응답에 따라 조치하세요. 자동으로 다시 시도합니다.',
  'cause.tooManyObjects':
    '이 클러스터에는 포털이 보관할 수 있는 {{maximum}}개보다 많은 {{kind}}이(가) 있습니다.',
  'cause.tooManyObjectsFix':
    '포털의 메모리가 충분하면 eks.watch.maximumObjects를 늘리세요.',
  'cause.tooManyWatches':
    'watch {{maximum}}개가 이미 사용 중이어서 이 클러스터를 지켜보지 않습니다.',
  'cause.tooManyWatchesFix':
    '포털의 메모리가 충분하면 eks.watch.maximumWatches를 늘리세요.',
  'cause.notKnown': '포털이 더 이상 이 클러스터를 알지 못합니다.',
  'cause.notKnownFix':
    '클러스터가 아직 있으면 그 계정과 리전을 eks.discovery.accounts에 추가하세요.',
  'cause.ahead': '앞서',
  'cause.behind': '뒤처져',
  'cause.noWords': '이유가 제공되지 않았습니다',
  'pod.title': '파드 {{pod}}',
  'pod.overview': '개요',
  'pod.logs': '로그',
  'pod.yaml': 'YAML',
  'pod.gone': '이 파드는 더 이상 없습니다.',
  'pod.failed': '읽을 수 없습니다: {{message}}',
  'pod.containers': '컨테이너',
  'pod.container': '컨테이너',
  'pod.state': '상태',
  'pod.restarts': '재시작',
  'pod.ended': '마지막 종료',
  'pod.digest': '다이제스트',
  'pod.conditions': '조건',
  'pod.holds': '예',
  'pod.holdsNot': '아니요',
  'pod.unknown': '알 수 없음',
  'pod.events': '이벤트',
  'pod.noEvents': '최근 1시간 동안 기록된 이벤트가 없습니다.',
  'pod.times': '{{n}}회',
  'pod.containerState.waiting': '대기 중',
  'pod.containerState.running': '실행 중',
  'pod.containerState.terminated': '종료됨',
  'pod.containerState.unknown': '알 수 없음',
  'logs.follow': '계속 보기',
  'logs.previous': '이전 실행의 로그',
  'logs.filter': '줄 필터',
  'logs.download': '다운로드',
  'logs.empty': '기록된 내용이 없습니다.',
  'logs.noMatch': '일치하는 줄이 없습니다.',
  'logs.cut': '마지막 {{lines}}줄만 표시되고 다운로드됩니다.',
  'logs.denied': '로그를 읽을 수 없습니다. eks.logs.read 권한을 요청하세요.',
  'logs.lines': '{{container}}의 줄',
  'explanation.livenessFailing':
    '{{pod}}의 컨테이너 {{container}}가 {{probe}} 프로브 실패로 계속 종료됩니다.',
  'explanation.fargateRefused':
    'Fargate 프로필 {{profile}}이(가) {{pod}}을(를) 받지만 Fargate가 실행하지 않습니다.',
  'explanation.nodeLaunchFailed':
    '{{by}}이(가) {{pod}}을(를) 위한 노드 {{node}}를 시작할 수 없습니다.',
  'explanation.nodeNotJoined':
    '{{by}}이(가) {{pod}}을(를) 위해 시작한 노드 {{node}}가 {{minutes}}분째 클러스터에 참여하지 않았습니다.',
  'explanation.noNodeWillCome':
    '{{pod}}을(를) 받을 노드가 없고 {{by}}도 노드를 만들지 않습니다.',
  'explanation.nodeComing':
    '{{by}}이(가) {{pod}}을(를) 위한 노드를 시작하고 있습니다.',
  'explanation.noIpAddress':
    '서브넷에 {{pod}}에 줄 IP 주소가 남아 있지 않습니다.',
  'explanation.cannotSetUp':
    '{{pod}}에 노드가 있지만 그곳에서 준비할 수 없습니다.',
  'explanation.probeFailing':
    '{{pod}}이(가) 실행 중이지만 {{probe}} 프로브가 실패합니다.',
  'explanation.targetUnhealthy':
    '{{pod}}은(는) 준비되었지만 로드 밸런서가 정상으로 보지 않습니다.',
  'explanation.loadBalancerFailed':
    '{{name}}의 로드 밸런서를 만들거나 변경할 수 없습니다.',
  'explanation.gatewayMissing':
    '라우트 {{route}}가 연결된 게이트웨이 {{name}}이(가) 없습니다.',
  'explanation.gatewayFailed':
    '게이트웨이 {{name}}을(를) 제공하는 로드 밸런서가 없습니다.',
  'explanation.routeNotAccepted':
    '게이트웨이 {{gateway}}이(가) 라우트 {{name}}을(를) 받아들이지 않습니다.',
  'explanation.routeUnresolved': '라우트 {{name}}의 대상을 찾을 수 없습니다.',
  'explanation.drainBlocked':
    '{{pod}}이(가) 노드 {{node}}를 떠나야 하지만 중단 예산 {{name}}({{rule}})이 허용하지 않습니다.',
  'explanation.drainImpossible':
    '중단 예산 {{name}}({{rule}})이 파드를 하나도 내보내지 않아 노드를 비울 수 없습니다.',
  'explanation.autoscalerMetricUnknown':
    '오토스케일러 {{name}}에 {{metric}} 수치가 없습니다. 다른 지표로 동작하며 그동안 파드를 줄이지 않습니다.',
  'explanation.autoscalerAtMin':
    '오토스케일러 {{name}}이(가) 최소 {{min}}개에 있습니다.',
  'explanation.autoscalerSlowedUp':
    '오토스케일러 {{name}}이(가) behavior가 허용하는 속도로 파드를 늘립니다.',
  'explanation.autoscalerSlowedDown':
    '오토스케일러 {{name}}이(가) behavior가 허용하는 속도로 파드를 줄입니다.',
  'explanation.autoscalerStabilisingUp':
    '오토스케일러가 파드를 늘리기 전에 기다립니다.',
  'explanation.metricAsks':
    '{{metric}}은(는) 목표 {{wanted}} 대비 {{now}}이며 파드 {{wants}}개를 요구합니다.',
  'explanation.imageNotFound':
    '레지스트리에 다음 파드가 지정한 이미지가 없습니다: {{pod}}.',
  'explanation.imageDenied':
    '레지스트리가 이미지 접근을 거부했습니다: {{pod}}.',
  'explanation.imageRateLimited':
    '요청이 너무 많아 레지스트리가 이미지를 내주지 않습니다: {{pod}}.',
  'explanation.imageWrongPlatform':
    '이미지가 노드의 프로세서용으로 빌드되지 않았습니다: {{pod}}.',
  'explanation.commandNotFound':
    '실행할 프로그램이 이미지에 없습니다: {{pod}}.',
  'explanation.imagePull': '이미지를 가져올 수 없습니다: {{pod}}.',
  'explanation.configError': '설정 문제로 시작할 수 없습니다: {{pod}}.',
  'explanation.outOfMemory':
    '{{pod}}의 컨테이너 {{container}}가 메모리 제한을 넘어 종료되었습니다.',
  'explanation.crashLoop':
    '{{pod}}의 컨테이너 {{container}}가 계속 종료됩니다.',
  'explanation.quota':
    '네임스페이스 할당량 {{quota}} 때문에 파드를 더 만들 수 없습니다.',
  'explanation.cannotCreate': '클러스터가 {{name}}의 파드를 거부합니다.',
  'explanation.noFargateProfile':
    '클러스터는 Fargate만 사용하며 {{pod}}에 맞는 프로필이 없습니다.',
  'explanation.unschedulable': '{{pod}}을(를) 받을 수 있는 노드가 없습니다.',
  'explanation.notReady': '{{pod}}이(가) 실행 중이지만 준비되지 않았습니다.',
  'explanation.rolloutStalled': '{{name}} 배포가 진행되지 않습니다.',
  'explanation.serviceMissing':
    'Ingress가 요청을 보내는 서비스 {{name}}이(가) 없습니다.',
  'explanation.serviceWithoutPods':
    '서비스 {{name}}의 선택기에 맞는 파드가 없습니다.',
  'explanation.noReadyTargets':
    '{{name}}의 엔드포인트가 하나도 준비되지 않아 요청이 처리되지 않습니다.',
  'explanation.loadBalancerPending':
    '{{name}}의 로드 밸런서에 아직 주소가 없습니다.',
  'explanation.autoscalerMissingRequest':
    '컨테이너에 {{resource}} 요청량이 없어 오토스케일러 {{name}}이(가) 계산할 수 없습니다.',
  'explanation.autoscalerNoMetricsServer':
    'metrics.k8s.io가 없어 오토스케일러 {{name}}에 수치가 없습니다.',
  'explanation.autoscalerNoMetrics':
    '오토스케일러 {{name}}에 지표 수치가 없습니다.',
  'explanation.autoscalerCannotScale':
    '오토스케일러 {{name}}이(가) 크기를 조정할 수 없습니다.',
  'explanation.autoscalerAtMax':
    '오토스케일러 {{name}}이(가) 최대 {{max}}개에 도달했습니다.',
  'explanation.autoscalerScalingUp':
    '오토스케일러가 파드를 {{to}}개까지 늘립니다.',
  'explanation.autoscalerScalingDown':
    '오토스케일러가 파드를 {{to}}개까지 줄입니다.',
  'explanation.autoscalerStabilising':
    '오토스케일러가 파드를 줄이기 전에 기다립니다.',
  'explanation.autoscalerDisabled':
    '대상에 파드가 없어 오토스케일러가 동작하지 않습니다.',
  'explanation.rollingOut':
    '{{name}}의 파드 {{desired}}개 중 {{updated}}개가 새 버전입니다.',
  'explanation.rolloutPaused': '{{name}} 배포가 일시 중지되었습니다.',
  'explanation.restarted':
    '{{pod}}의 컨테이너 {{container}}가 최근 종료된 뒤 다시 실행 중입니다.',
  'nextStep.livenessFailing':
    '프로브가 요청하는 내용과 대기 시간을 확인하세요. 시작이 느리면 시작 프로브를 추가하세요.',
  'nextStep.fargateRefused':
    'Fargate가 지적한 내용을 바꾸거나 노드에서 실행하세요.',
  'nextStep.nodeLaunchFailed':
    '용량이 부족하면 노드 풀에 더 많은 인스턴스 유형과 가용 영역을 허용하고, 아니면 할당량과 노드 역할을 확인하세요.',
  'nextStep.nodeNotJoined':
    '노드 역할의 액세스 엔트리, 보안 그룹, 클러스터 엔드포인트로 가는 경로를 확인하세요.',
  'nextStep.nodeComing': '할 일은 없습니다. 1~2분 걸립니다.',
  'nextStep.nodeLimits': '노드 풀의 한도를 늘리세요.',
  'nextStep.nodeMaximum': '노드 그룹의 최대 크기를 늘리세요.',
  'nextStep.nodeBackoff': '노드 그룹의 Auto Scaling 그룹 활동을 확인하세요.',
  'nextStep.nodeSize': '요청량을 줄이거나 더 큰 인스턴스 유형을 허용하세요.',
  'nextStep.nodeTaints':
    '파드에 톨러레이션을 추가하거나 테인트가 없는 노드를 사용하세요.',
  'nextStep.nodeRequirements':
    '노드 선택기와 어피니티를 노드가 제공하는 것과 비교하세요.',
  'nextStep.nodeOther':
    '파드가 노드에 요구하는 조건을 노드 풀이 제공하는 것과 비교하세요.',
  'nextStep.noIpAddress':
    '주소를 확보하거나 서브넷을 추가하세요. VPC CNI의 접두사 위임을 사용하면 노드에 더 많은 파드를 둘 수 있습니다.',
  'nextStep.cannotSetUp': '파드에 필요한 볼륨, Secret, 네트워크를 확인하세요.',
  'nextStep.probeFailing':
    '프로브가 요청하는 경로와 포트, 서비스의 응답을 확인하세요.',
  'nextStep.targetUnhealthy':
    '상태 확인의 경로와 응답 코드, 보안 그룹이 파드에 도달하는지 확인하세요.',
  'nextStep.noReadyTargets': '파드가 준비되지 않은 이유를 찾으세요.',
  'nextStep.loadBalancerFailed':
    '컨트롤러가 지적한 내용을 고치세요. 자동으로 다시 시도합니다.',
  'nextStep.gatewayMissing':
    '게이트웨이를 만들거나 라우트에서 다른 게이트웨이를 지정하세요.',
  'nextStep.gatewayFailed': '컨트롤러가 지적한 내용을 고치세요.',
  'nextStep.routeNotAccepted':
    '호스트 이름과 섹션을 게이트웨이의 리스너 및 허용된 네임스페이스와 비교하세요.',
  'nextStep.routeUnresolved': '백엔드를 고치거나 ReferenceGrant로 허용하세요.',
  'nextStep.drainBlocked':
    '다른 파드가 정상이 아닌 이유를 찾으세요. 그러면 드레인이 자동으로 계속됩니다.',
  'nextStep.drainImpossible':
    '파드를 하나 더 실행하거나 예산이 하나를 내보내도록 하세요.',
  'nextStep.metricResource':
    'metrics-server가 실행 중인지, 파드가 준비되었는지 확인하세요.',
  'nextStep.metricCustom':
    'custom.metrics.k8s.io를 제공하는 어댑터와 파드가 지표를 보고하는지 확인하세요.',
  'nextStep.metricExternal':
    'external.metrics.k8s.io를 제공하는 어댑터와 지표의 이름 및 레이블을 확인하세요.',
  'nextStep.autoscalerSlowed':
    '너무 느리면 spec.behavior에서 더 큰 단계를 허용하세요.',
  'nextStep.imageNotFound':
    '빌드가 이미지를 푸시했는지, 이름과 태그가 맞는지 확인하세요.',
  'nextStep.imageDenied':
    '노드 역할(Fargate에서는 파드 실행 역할)에 리포지토리에서 가져올 권한을 주거나 풀 시크릿을 지정하고, 이름도 확인하세요.',
  'nextStep.imageRateLimited':
    '다시 시도될 때까지 기다리세요. ECR의 풀스루 캐시를 사용하면 이 제한을 받지 않습니다.',
  'nextStep.imageWrongPlatform':
    '이미지를 linux/amd64와 linux/arm64 모두로 빌드하거나 kubernetes.io/arch 레이블로 노드를 선택하세요.',
  'nextStep.commandNotFound':
    '컨테이너의 명령이나 이미지의 엔트리포인트를 수정하세요.',
  'nextStep.imagePull':
    '레지스트리에 이미지가 있는지, 노드에 가져올 권한이 있는지 확인하세요.',
  'nextStep.configError':
    '파드가 사용하는 ConfigMap, Secret, 볼륨을 확인하세요.',
  'nextStep.outOfMemory': '메모리 제한을 늘리거나 사용량의 원인을 찾으세요.',
  'nextStep.crashLoop': '이전 실행의 로그를 확인하세요.',
  'nextStep.quota': '할당량을 늘려 달라고 요청하거나 요청량을 줄이세요.',
  'nextStep.cannotCreate': '클러스터가 지적한 내용을 고치세요.',
  'nextStep.noFargateProfile':
    '네임스페이스용 Fargate 프로필을 만들거나 맞는 네임스페이스를 사용하세요.',
  'nextStep.unschedulable':
    '노드가 추가되기를 기다리거나 파드가 노드에 요구하는 조건을 바꾸세요.',
  'nextStep.notReady': '준비 상태 프로브와 로그를 확인하세요.',
  'nextStep.rolloutStalled': '최신 파드를 확인하거나 롤백하세요.',
  'nextStep.serviceMissing': '서비스를 만들거나 Ingress를 고치세요.',
  'nextStep.serviceWithoutPods': '선택기와 파드의 레이블을 비교하세요.',
  'nextStep.loadBalancerPending': '몇 분 기다린 뒤 이벤트를 확인하세요.',
  'nextStep.autoscalerMissingRequest': '모든 컨테이너에 요청량을 지정하세요.',
  'nextStep.autoscalerNoMetricsServer': 'metrics-server 애드온을 설치하세요.',
  'nextStep.autoscalerNoMetrics': '지표 제공자를 확인하세요.',
  'nextStep.autoscalerCannotScale': '대상을 확인하세요.',
  'nextStep.autoscalerAtMax': '실제 부하라면 최대값을 늘리세요.',
  'nextStep.rolloutPaused': '계속하려면 재개하세요.',
  theClusterSays: '클러스터 메시지:',
  'lastHour.title': '최근 1시간',
  'lastHour.pods': '준비된 파드는 {{from}}개에서 {{to}}개 사이였습니다.',
  'lastHour.cpu': 'CPU 사용량은 {{from}}에서 {{to}} 코어 사이였습니다.',
  'lastHour.rollout': '{{time}}에 {{version}} 버전이 배포되었습니다.',
  'lastHour.ready': '준비된 파드',
  'lastHour.desired': '필요한 파드',
  'lastHour.cpuUpTo': 'CPU, 최대 {{most}} 코어',
  'scan.critical': '심각 {{n}}건',
  'scan.high': '높음 {{n}}건',
  'scan.lower': '낮은 등급 {{n}}건',
  'scan.clean': '발견 사항 없음',
  'scan.complete': '스캔 완료',
  'scan.in-progress': '스캔 중',
  'scan.failed': '스캔 실패',
  'problem.unauthorized': '클러스터가 포털의 자격 증명을 받아들이지 않습니다.',
  'problem.unauthorizedFix':
    '포털 역할에 해당 네임스페이스의 AmazonEKSViewPolicy가 있는 EKS 액세스 항목을 추가하세요. docs/iam.md를 참고하세요.',
  'problem.forbidden':
    '클러스터가 포털 역할을 알고 있지만 {{path}} 읽기를 허용하지 않습니다.',
  'problem.forbiddenFix':
    '역할의 액세스 항목에 해당 네임스페이스의 AmazonEKSViewPolicy를 연결하세요. docs/iam.md를 참고하세요.',
  'problem.notFound': '클러스터가 {{path}}을(를) 제공하지 않습니다.',
  'problem.notFoundFix':
    'kubernetes.customResources에서 해당 종류를 빼거나, 이를 제공하는 구성 요소를 설치하세요.',
  'problem.unreachable': '클러스터가 응답하지 않습니다: {{message}}.',
  'problem.unreachableFix':
    '포털이 클러스터 엔드포인트의 443 포트에 접근할 수 있게 하세요. 프라이빗 엔드포인트라면 VPC로 가는 경로가 필요합니다.',
  'problem.serverError': '클러스터가 {{path}}에 대해 오류로 응답했습니다.',
  'problem.serverErrorFix':
    'EKS 콘솔에서 클러스터 상태를 확인하세요. 페이지는 자동으로 다시 요청합니다.',
  'problem.notKnown':
    '카탈로그 항목에 이 클러스터가 있지만 포털이 찾지 못했습니다.',
  'problem.notKnownFix':
    'eks.discovery.accounts에 계정과 리전을 추가하거나 aws.amazon.com/amazon-eks-cluster-arn 주석을 고치세요.',
  'problem.other': '클러스터가 {{path}}에 대한 응답을 거부했습니다.',
  'problem.otherFix':
    '백엔드 로그에서 응답을 확인하세요. 페이지는 자동으로 다시 요청합니다.',
  'problem.noMessage': '이유가 제공되지 않았습니다',
  'problem.anything': '모든 항목',
  'path.gateway': '게이트웨이',
  'path.gatewayMissing': '찾을 수 없음',
  'path.gatewayBad': '제공되지 않음',
  'path.gatewayWaiting': '준비 중',
  'path.gatewayUnknown': '읽을 수 없음',
  'path.route': 'HTTPRoute',
  'path.routeNotAccepted': '거부됨',
  'path.routeUnresolved': '대상 없음',
  'path.routeWaiting': '대기 중',
  'path.label': '요청이 파드에 도달하는 경로',
  'path.host': '호스트 이름',
  'path.tls': 'TLS',
  'path.noTls': 'TLS 없음',
  'path.loadBalancer': '로드 밸런서',
  'path.active': '활성',
  'path.noAddress': '아직 주소 없음',
  'path.internetFacing': '인터넷 연결',
  'path.internal': '내부',
  'path.ingress': '인그레스',
  'path.rules_one': '규칙 1개',
  'path.rules_other': '규칙 {{count}}개',
  'path.service': '서비스',
  'path.serviceMissing': '찾을 수 없음',
  'path.endpoints': '{{total}}개 중 {{ready}}개',
  'path.endpointsReady': '엔드포인트 준비됨',
  'path.draining_one': '1개 종료 중',
  'path.draining_other': '{{count}}개 종료 중',
  'path.pods': '파드',
  'path.failing': '{{number}}개 실패',
  'path.ready': '{{ready}}개 준비됨',
  'path.onNodes_one': '노드 1개',
  'path.onNodes_other': '노드 {{count}}개',
  'path.onFargate': 'Fargate',
  'autoscaler.asks': '요구하는 파드',
  'autoscaler.title': '오토스케일러',
  'autoscaler.none': '오토스케일러가 없습니다. 파드 수는 배포로만 바뀝니다.',
  'autoscaler.keeps': '{{target}}의 파드를 {{min}}~{{max}}개로 유지',
  'autoscaler.picture':
    '파드 {{min}}개에서 {{max}}개 사이. 현재 {{current}}, 목표 {{desired}}.',
  'autoscaler.min': '최소 {{value}}',
  'autoscaler.max': '최대 {{value}}',
  'autoscaler.now': '현재 {{value}}',
  'autoscaler.wants': '목표 {{value}}',
  'autoscaler.unknown': '알 수 없음',
  'autoscaler.metrics': '지표',
  'autoscaler.metric': '지표',
  'autoscaler.use': '사용량과 목표',
  'autoscaler.value': '값',
  'autoscaler.of.percent-of-request': '요청량의 {{current}}, 목표 {{target}}',
  'autoscaler.of.per-pod': '파드당 {{current}}, 목표 {{target}}',
  'autoscaler.of.total': '{{current}}, 목표 {{target}}',
  'autoscaler.unknownUse': '알 수 없음, 목표 {{target}}',
  'autoscaler.container': '컨테이너 {{container}}',
  'autoscaler.cpu': 'CPU',
  'autoscaler.memory': '메모리',
  'autoscaler.lastScaled': '{{age}} 전에 마지막으로 조정됨.',
  'note.slowed-up': 'behavior가 허용하는 속도로 파드를 늘립니다.',
  'note.slowed-down': 'behavior가 허용하는 속도로 파드를 줄입니다.',
  'note.stabilising-up': '파드를 늘리기 전에 잠시 기다립니다.',
  'note.metric-unknown': '{{metric}} 수치가 없습니다. 다른 지표로 동작합니다.',
  'note.scaling-up': '파드를 {{to}}개로 늘리는 중입니다.',
  'note.scaling-up-because':
    '{{metrics}}이(가) 목표를 넘어 파드를 {{to}}개로 늘리는 중입니다.',
  'note.scaling-down': '파드를 {{to}}개로 줄이는 중입니다.',
  'note.steady': '파드 수가 부하에 맞습니다.',
  'note.at-max':
    '파드가 더 필요하지만 최대값이 {{max}}입니다. 부하가 계속되면 scaling.maxReplicas를 올리세요.',
  'note.at-min': '더 적은 파드로도 충분하지만 최소값이 {{min}}입니다.',
  'note.stabilising-down': '파드를 줄이기 전에 잠시 기다립니다.',
  'note.disabled': '워크로드가 0으로 조정되어 꺼져 있습니다.',
  'note.metrics-missing':
    '지표가 없어 동작할 수 없습니다. metrics-server가 실행 중이고 컨테이너에 CPU 요청이 있는지 확인하세요.',
  'note.cannot-scale': '파드 수를 바꿀 수 없습니다.',
  'note.not-acted-yet': '아직 지표를 확인하지 않았습니다.',
  'action.restart': '재시작',
  'action.restartOf': '{{name}} 재시작',
  'action.restartText':
    '클러스터 {{cluster}}, 네임스페이스 {{namespace}}의 {{kind}} {{name}}이(가) 파드를 하나씩 교체합니다. 실행 중인 파드는 새 파드가 준비된 다음에 종료됩니다.',
  'action.restarted':
    '{{name}}을(를) 재시작하고 있습니다. 진행 상황이 그대로 표시됩니다.',
  'action.scale': '스케일',
  'action.scaleOf': '{{name}} 스케일',
  'action.scaleTo': '{{replicas}}개로 조정',
  'action.scaleText':
    '클러스터 {{cluster}}, 네임스페이스 {{namespace}}의 {{kind}} {{name}}은(는) 파드 {{pods}}개를 실행합니다.',
  'action.replicas': '파드 수',
  'action.bounds':
    '오토스케일러 {{autoscaler}}이(가) {{min}}~{{max}}개를 허용하며, 이후에도 계속 결정합니다.',
  'action.noAutoscaler': '이후에 이 값을 바꾸는 오토스케일러가 없습니다.',
  'action.scaled': '{{name}}: {{from}}개에서 {{to}}개로 조정됩니다.',
  'action.deletePod': '이 파드 삭제',
  'action.deletePodOf': '파드 {{pod}} 삭제',
  'action.deletePodText':
    '클러스터 {{cluster}}, 네임스페이스 {{namespace}}의 파드 {{pod}}에 종료를 요청합니다. 워크로드가 새 파드를 만듭니다.',
  'action.delete': '삭제',
  'action.deleted':
    '파드 {{pod}}이(가) 종료되고 있습니다. 종료까지 {{seconds}}초가 주어집니다.',
  'action.failed': '실행하지 못했습니다',
  'action.cancel': '취소',
  'action.done': '완료',
  'workloads.title': '워크로드',
  'workloads.name': '워크로드',
  'workloads.rollout': '배포',
  'workloads.ready': '준비됨',
  'workloads.release': '버전',
  'workloads.progress': '{{desired}}개 중 {{updated}}개 갱신됨',
  'workloads.complete': '완료',
  'workloads.progressing': '진행 중',
  'workloads.stalled': '멈춤',
  'workloads.paused': '일시 중지',
  'workloads.stopped': '0으로 조정됨',
  'pods.title': '파드',
  'pods.name': '파드',
  'pods.state': '상태',
  'pods.ready': '준비됨',
  'pods.restarts': '재시작',
  'pods.cpu': 'CPU',
  'pods.memory': '메모리',
  'pods.runsOn': '실행 위치',
  'pods.image': '이미지',
  'pods.age': '나이',
  'pods.search': '파드 필터',
  'pods.filterState': '파드 상태',
  'pods.everyState': '모든 상태',
  'pods.noMatch': '필터와 일치하는 파드가 없습니다.',
  'pods.noFigures': '수치 없음',
  'pods.noFiguresWhy':
    'CPU와 메모리 수치가 없습니다: {{why}} 이 페이지의 다른 내용에는 영향이 없습니다.',
  'pods.figuresForbidden':
    '포털 역할이 metrics.k8s.io를 읽을 수 없습니다. AmazonEKSViewPolicy에는 포함되지 않습니다(docs/iam.md).',
  'pods.figuresMissing': '클러스터에 metrics-server가 없습니다.',
  'pods.figuresOther': '클러스터가 수치를 응답하지 않았습니다.',
  'pods.usage': '{{used}} 사용, {{request}} 요청',
  'pods.usageNoRequest': '{{used}} 사용, 요청 없음',
  'pods.limit': '한도 {{limit}}',
  'pods.ended': '{{ending}}, {{age}} 전',
  'pods.killedIn': '{{age}} 후 종료',
  'pods.notScheduled': '아직 노드 없음',
  'podState.ready': '준비됨',
  'podState.not-ready': '준비되지 않음',
  'podState.starting': '시작 중',
  'podState.pending': '노드 대기 중',
  'podState.crash-loop': '반복 종료',
  'podState.image-error': '이미지를 가져올 수 없음',
  'podState.config-error': '시작할 수 없음',
  'podState.draining': '종료 중',
  'podState.completed': '완료됨',
  'podState.failed': '실패',
  'podState.unknown': '알 수 없음',
  'links.title': '더 보기',
  'links.containerInsights': 'Container Insights: 전체',
  'links.containerInsightsCluster': 'Container Insights: 클러스터',
  'links.containerInsightsNamespace': 'Container Insights: 네임스페이스',
  'links.containerInsightsWorkload': 'Container Insights: {{workload}}',
  'links.logsInsights': 'Logs Insights: 최근 1시간',
  'links.logsInsightsWorkload': 'Logs Insights: {{workload}}, 최근 1시간',
  'links.eksCluster': 'EKS 클러스터',
  'links.ecrRepository': 'ECR 리포지토리',
  'links.pipeline': '파이프라인 실행',
  'links.newTab': '새 탭에서 열림',
  'empty.title': '아직 배포된 것이 없습니다',
  'empty.next':
    '파이프라인이 첫 이미지를 빌드하고 검사하여 배포하면 파드가 여기에 자동으로 나타납니다.',
  'empty.notFound':
    '이 항목의 객체가 있는 클러스터가 없습니다. 객체에는 {{selector}} 레이블이 있어야 합니다.',
  'error.title': '클러스터에 요청할 수 없습니다',
  'error.denied':
    '여기에서 무엇이 실행되는지 볼 권한이 없습니다. 포털 관리자에게 eks.runtime.read 권한을 요청하세요.',
  'error.backend':
    '포털의 Kubernetes 백엔드가 응답하지 않았습니다: {{message}}',
  'error.next': '페이지는 자동으로 다시 시도합니다.',
  'loading.label': '클러스터에 요청하는 중 …',
  'age.seconds': '{{n}}초',
  'age.minutes': '{{n}}분',
  'age.hours': '{{n}}시간',
  'age.days': '{{n}}일',
};
