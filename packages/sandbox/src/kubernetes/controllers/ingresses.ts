import { createHash } from 'node:crypto';
import { runController, type ControllerContext } from './controller';
import { typed } from './objects';

const PROVISIONING_MS = 4_000;

/** Who makes a load balancer, by the controller of the IngressClass. */
const controllers: Record<string, string> = {
  'eks.amazonaws.com/alb': 'eks-auto-mode',
  'ingress.k8s.aws/alb': 'ingress',
};

/** Ingress → the host name of an Application Load Balancer. */
export function runIngresses(context: ControllerContext) {
  const { store, events, after, cluster } = context;
  const started = new Set<string>();
  return runController(context, {
    triggers: [{ kind: typed.ingresses }],
    reconcile(namespace, name) {
      const ingress = store.get(typed.ingresses, namespace, name);
      const ingressClass = store.get(
        typed.ingressClasses,
        undefined,
        ingress?.spec.ingressClassName ?? '',
      );
      const controller = controllers[ingressClass?.spec.controller ?? ''];
      const uid = ingress?.metadata.uid ?? '';
      if (
        !ingress ||
        !controller ||
        ingress.status?.loadBalancer?.ingress?.length ||
        started.has(uid)
      ) {
        return;
      }
      started.add(uid);
      after(PROVISIONING_MS, () => {
        started.delete(uid);
        const current = store.get(typed.ingresses, namespace, name);
        if (!current) {
          return;
        }
        const id = createHash('sha256').update(uid).digest('hex');
        const short = (text = '') => text.replace(/-/g, '').slice(0, 8);
        const hostname = `k8s-${short(namespace)}-${short(name)}-${id.slice(
          0,
          10,
        )}-${parseInt(id.slice(10, 18), 16)}.${cluster.region}.elb.amazonaws.com`;
        store.updateStatus(typed.ingresses, {
          ...current,
          status: { loadBalancer: { ingress: [{ hostname }] } },
        });
        events.record(
          current,
          'Normal',
          'SuccessfullyReconciled',
          'Successfully reconciled',
          controller,
        );
      });
    },
  });
}
