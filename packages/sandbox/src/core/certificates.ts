import { generateKeyPair, privateEncrypt, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { md, pki } from 'node-forge';

/** PEM texts of a TLS server and of the authority that vouches for it. */
export interface ServerCertificate {
  certificate: string;
  /** Of the same server, key and authority; nobody is to take it any more. */
  expired: string;
  /** Of the same server and key, of no authority but its own. */
  foreign: string;
  key: string;
  certificateAuthority: string;
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const generate = promisify(generateKeyPair);

/** DER of a DigestInfo for SHA-256, up to the digest itself (RFC 8017, 9.2). */
const SHA256_DIGEST_INFO = Buffer.from(
  '3031300d060960864801650304020105000420',
  'hex',
);

/**
 * Signs for node-forge with Node's own RSA: in plain JavaScript, making and
 * using a key takes seconds.
 */
function signer(privatePem: string): pki.rsa.PrivateKey {
  const key = {
    sign(digest: md.MessageDigest): string {
      const hash = Buffer.from(digest.digest().getBytes(), 'binary');
      return privateEncrypt(
        privatePem,
        Buffer.concat([SHA256_DIGEST_INFO, hash]),
      ).toString('binary');
    },
  };
  // All that node-forge asks of a key to sign a certificate.
  return key as unknown as pki.rsa.PrivateKey;
}

async function createKeys() {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  return {
    publicKey: pki.publicKeyFromPem(publicKey),
    privatePem: privateKey,
  };
}

function createCertificate(
  publicKey: pki.PublicKey,
  now: number,
  until = now + 10 * YEAR_MS,
) {
  const certificate = pki.createCertificate();
  certificate.publicKey = publicKey;
  // The first byte is fixed, so that the number is positive and not zero.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now - DAY_MS);
  certificate.validity.notAfter = new Date(until);
  return certificate;
}

/**
 * Makes a certificate authority and a server certificate for loopback, as each
 * EKS cluster has its own.
 *
 * @param name - the common name of the server, e.g. the cluster's
 */
export async function createServerCertificate(
  name: string,
  now: number,
): Promise<ServerCertificate> {
  const [authorityKeys, serverKeys] = await Promise.all([
    createKeys(),
    createKeys(),
  ]);
  const issuer = [{ name: 'commonName', value: `sandbox ${name}` }];

  const authority = createCertificate(authorityKeys.publicKey, now);
  authority.setSubject(issuer);
  authority.setIssuer(issuer);
  authority.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  authority.sign(signer(authorityKeys.privatePem), md.sha256.create());

  const subject = [{ name: 'commonName', value: name }];
  const issue = ({
    until,
    by = issuer,
    key = authorityKeys.privatePem,
  }: { until?: number; by?: typeof issuer; key?: string } = {}) => {
    const server = createCertificate(serverKeys.publicKey, now, until);
    server.setSubject(subject);
    server.setIssuer(by);
    server.setExtensions([
      { name: 'basicConstraints', cA: false },
      {
        name: 'keyUsage',
        digitalSignature: true,
        keyEncipherment: true,
        critical: true,
      },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ]);
    server.sign(signer(key), md.sha256.create());
    return pki.certificateToPem(server);
  };

  return {
    certificate: issue(),
    expired: issue({ until: now - HOUR_MS }),
    foreign: issue({ by: subject, key: serverKeys.privatePem }),
    key: serverKeys.privatePem,
    certificateAuthority: pki.certificateToPem(authority),
  };
}
