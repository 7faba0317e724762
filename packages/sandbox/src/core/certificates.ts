import { generateKeyPair, privateEncrypt, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { md, pki } from 'node-forge';

/** PEM texts of a TLS server and of the authority that vouches for it. */
export interface ServerCertificate {
  certificate: string;
  key: string;
  certificateAuthority: string;
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
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

function createCertificate(publicKey: pki.PublicKey, now: number) {
  const certificate = pki.createCertificate();
  certificate.publicKey = publicKey;
  // The first byte is fixed, so that the number is positive and not zero.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(now - 24 * 60 * 60 * 1000);
  certificate.validity.notAfter = new Date(now + 10 * YEAR_MS);
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

  const server = createCertificate(serverKeys.publicKey, now);
  server.setSubject([{ name: 'commonName', value: name }]);
  server.setIssuer(issuer);
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
  server.sign(signer(authorityKeys.privatePem), md.sha256.create());

  return {
    certificate: pki.certificateToPem(server),
    key: serverKeys.privatePem,
    certificateAuthority: pki.certificateToPem(authority),
  };
}
