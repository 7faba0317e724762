import { html, Html } from '../html';
import { AutoscalerView, ClusterView, PodView, WorkloadView } from '../views';
import { badge, nothing, table, Tone } from './parts';

function loadSlider(cluster: ClusterView, workload: WorkloadView): Html {
  const { cpuUtilization } = workload;
  const shown = cpuUtilization === undefined ? 'idle' : `${cpuUtilization} %`;
  return html`<span
    class="load"
    data-cluster="${cluster.arn}"
    data-namespace="${workload.namespace}"
    data-workload="${workload.name}"
    ><input
      type="range"
      min="0"
      max="300"
      step="10"
      value="${cpuUtilization ?? 0}"
      aria-label="CPU load of ${workload.name} in ${workload.namespace} on ${cluster.name}, per cent of its request"
    />
    <output>${shown}</output>
    <button type="button" data-idle>Idle</button></span
  >`;
}

function workloadRow(cluster: ClusterView, workload: WorkloadView) {
  const { replicas, readyReplicas } = workload;
  return [
    html`${workload.kind} <code>${workload.namespace}/${workload.name}</code>`,
    badge(
      readyReplicas >= replicas ? 'good' : 'warn',
      `${readyReplicas} of ${replicas} ready`,
    ),
    workload.images.map(image => html`<code>${image}</code> `),
    workload.kind === 'DaemonSet' ? '' : loadSlider(cluster, workload),
  ];
}

const workloadTable = (
  cluster: ClusterView,
  title: string,
  workloads: readonly WorkloadView[],
): Html =>
  table(
    `${title} of ${cluster.name}`,
    ['Workload', 'State', 'Image', 'CPU load'],
    workloads.map(workload => workloadRow(cluster, workload)),
  );

const PHASES: Record<string, Tone> = {
  Running: 'good',
  Succeeded: 'good',
  Failed: 'bad',
};

const podRow = (pod: PodView) => [
  html`<code>${pod.namespace}/${pod.name}</code>`,
  badge(PHASES[pod.phase] ?? 'warn', pod.phase),
  pod.ready ? 'ready' : 'not ready',
  pod.restarts,
  pod.node ?? '',
];

const autoscalerRow = (autoscaler: AutoscalerView) => [
  html`<code>${autoscaler.namespace}/${autoscaler.name}</code>`,
  autoscaler.target,
  `${autoscaler.minReplicas} to ${autoscaler.maxReplicas}`,
  autoscaler.currentReplicas,
  autoscaler.desiredReplicas,
];

function section(view: ClusterView): Html {
  const isSystem = ({ namespace }: { namespace: string }) =>
    namespace.startsWith('kube-') || namespace === 'amazon-cloudwatch';
  const [system, services] = [true, false].map(wanted =>
    view.workloads.filter(workload => isSystem(workload) === wanted),
  );
  const pods = view.pods.filter(pod => !isSystem(pod));
  return html`<h3>${view.name}</h3>
    <p>
      Kubernetes ${view.version} in ${view.accountId} ${view.region},
      ${view.compute}. API at <code>${view.endpoint ?? 'not running'}</code>
    </p>
    <p class="muted">
      ${view.nodes.length} nodes; namespaces ${view.namespaces.join(', ')}
    </p>
    ${services.length > 0 && workloadTable(view, 'Services', services)}
    ${
      view.autoscalers.length > 0 &&
      table(
        `Autoscalers of ${view.name}`,
        ['Autoscaler', 'Target', 'Replicas', 'Current', 'Desired'],
        view.autoscalers.map(autoscalerRow),
      )
    }
    ${
      pods.length
        ? table(
            `Pods of services on ${view.name}`,
            ['Pod', 'Phase', 'Readiness', 'Restarts', 'Node'],
            pods.map(podRow),
          )
        : nothing('No services yet.')
    }
    ${
      system.length > 0 &&
      html`<details id="system-${view.name}">
        <summary>What came with the cluster</summary>
        ${workloadTable(view, 'System workloads', system)}
      </details>`
    }`;
}

/** The clusters with what runs on them. */
export function renderClusters(clusters: readonly ClusterView[]): Html {
  return html`${clusters.map(section)}`;
}
