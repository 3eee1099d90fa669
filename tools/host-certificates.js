import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';

/** What Debian's own ca-certificates package brings; its age and Node's list differ by a few. */
const DISTRIBUTED = '/usr/share/ca-certificates/mozilla';
const BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'];

/**
 * The certificate authorities that this machine trusts besides the usual ones, as PEM; mostly empty. Behind a
 * company's proxy a build reaches no package index without them.
 *
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export function extraCertificates(env) {
  const usual = new Set([...rootCertificates, ...distributed()].map(withoutSpace));
  const bundle = [env['PIP_CERT'], env['SSL_CERT_FILE'], ...BUNDLES]
    .map((path) => (path ? readIfThere(path) : undefined))
    .find((text) => text !== undefined);
  const certificates = bundle?.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  return (certificates ?? [])
    .filter((certificate) => !usual.has(withoutSpace(certificate)))
    .map((certificate) => `${certificate}\n`)
    .join('');
}

function distributed() {
  try {
    return readdirSync(DISTRIBUTED).map((name) => readFileSync(join(DISTRIBUTED, name), 'utf8'));
  } catch {
    return [];
  }
}

/** @param {string} text */
function withoutSpace(text) {
  return text.replaceAll(/\s/g, '');
}

/** @param {string} path */
function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
