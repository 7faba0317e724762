import type { Server } from 'node:https';
import { type CertificateFault, isCertificateFault } from '../core';
import type { ApiServerOptions } from './call';

/**
 * Has a server show the certificate that the faults of its cluster say: its own,
 * one that has expired, or one that is not of its authority.
 */
export function showCertificates(
  server: Server,
  options: Pick<
    ApiServerOptions,
    'arn' | 'accountId' | 'region' | 'context' | 'tls'
  >,
): void {
  const { arn, accountId, region, tls } = options;
  const { faults } = options.context;
  const certificates: Record<CertificateFault, string> = {
    'certificate-expired': tls.expired,
    'certificate-foreign': tls.foreign,
  };
  let shown: CertificateFault | undefined;
  faults.onChange(() => {
    const wanted = faults
      .list()
      .filter(
        fault =>
          fault.service === 'kubernetes' &&
          (fault.target ?? arn) === arn &&
          (fault.accountId ?? accountId) === accountId &&
          (fault.region ?? region) === region,
      )
      .map(({ kind }) => kind)
      .find(isCertificateFault);
    if (wanted !== shown) {
      shown = wanted;
      server.setSecureContext({
        cert: wanted ? certificates[wanted] : tls.certificate,
        key: tls.key,
      });
      server.closeAllConnections();
    }
  });
}
