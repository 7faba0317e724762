export {
  type CertificateFault,
  CLUSTER_FAULTS,
  createFaults,
  FAULT_KINDS,
  isCertificateFault,
} from './faults';
export { createJournal } from './journal';
export {
  cutConnection,
  exchange,
  interrupt,
  interruptStream,
  journalRequest,
  type ExchangeOptions,
  type HttpAnswer,
  type Interruption,
} from './exchange';
export { close, listen, LOOPBACK, PortTakenError, readBody } from './http';
export {
  createServerCertificate,
  type ServerCertificate,
} from './certificates';
export { compact, isRecord } from './json';
