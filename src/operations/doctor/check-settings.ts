import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { fileReason } from '../../files/file-reason.ts';
import { withoutCredentials } from '../../kernel/credentials.ts';
import { quote } from '../../text/quote.ts';
import type { Submarine } from '../submarine.ts';
import type { Finding } from './finding.ts';
import { ok, problem } from './finding.ts';

/** The configuration files, what they set, and what of them is not used. */
export function checkConfiguration({ configuration }: Submarine): readonly Finding[] {
  const { settings, project, userFile, warnings } = configuration;
  const files = [project?.file, userFile].filter((file) => file !== undefined);
  const told =
    files.length === 0 ? 'there is no file, so every setting has its default' : files.join(', ');
  const fromProject = new Set(Object.keys(project?.settings ?? {}));
  const found = Object.entries(settings).map(([name, value]) => {
    const from = fromProject.has(name) ? project?.file : userFile;
    return ok('setting', `${name}: ${shown(value)}, from ${from}`, { name, from });
  });
  const unused = warnings.map(({ message, place, remedy, foreignFolder }) =>
    problem('configuration', 'warn', {
      code: foreignFolder === undefined ? 'configuration' : 'configuration-foreign',
      message: place === undefined ? message : `${place}: ${message}`,
      remedy,
      data: { folder: foreignFolder },
    }),
  );
  return [ok('configuration', told, { files }), ...found, ...unused];
}

/** Arguments of an engine may hold what is secret. */
function shown(value: unknown): string {
  return Array.isArray(value) ? `${value.length} of them` : withoutCredentials(String(value));
}

const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'PIP_CERT', 'REQUESTS_CA_BUNDLE'];

/** Files of certificates that variables name. */
export async function checkCertificates({ caller }: Submarine): Promise<readonly Finding[]> {
  const named = CERTIFICATES.flatMap((name) => {
    const path = caller.variables[name];
    return path ? [{ name, path }] : [];
  });
  if (named.length === 0) return [ok('certificates', "the system's are used")];
  return Promise.all(named.map(checkCertificate));
}

async function checkCertificate({
  name,
  path,
}: {
  readonly name: string;
  readonly path: string;
}): Promise<Finding> {
  const data = { name, path };
  const wrong = (why: string): Finding =>
    problem('certificates', 'fail', {
      code: 'certificates-not-readable',
      message: `$${name} names ${quote(path)}: ${why}`,
      remedy: `name a file of certificates, or unset ${name}`,
      data,
    });
  try {
    const found = (await readFile(path, 'utf8')).match(PEM) ?? [];
    if (found.length === 0) return wrong('it holds no certificate');
    const expired = found.filter(
      (text) => Date.parse(new X509Certificate(text).validTo) < Date.now(),
    );
    if (expired.length < found.length) {
      return ok(
        'certificates',
        `$${name}: ${path}: ${found.length} certificate${found.length === 1 ? '' : 's'}`,
        data,
      );
    }
    return wrong('every certificate in it has expired');
  } catch (error) {
    return wrong(fileReason(error));
  }
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;
const PROXIES = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'all_proxy',
];

/** Proxies that variables name; those of the engine are its own. */
export function checkProxies({ caller }: Submarine): readonly Finding[] {
  const named = PROXIES.flatMap((name) => {
    const address = caller.variables[name];
    return address ? [{ name, address }] : [];
  });
  if (named.length === 0) return [ok('proxy', 'no proxy is set')];
  return named.map(({ name, address }) => {
    const plain = withoutCredentials(address);
    const data = { name };
    if (URL.canParse(address.includes('://') ? address : `http://${address}`)) {
      return ok('proxy', `$${name}: ${plain}`, data);
    }
    return problem('proxy', 'fail', {
      code: 'proxy-not-valid',
      message: `$${name} is not an address: ${quote(plain)}`,
      remedy: 'write it as http://proxy.example:3128',
      data,
    });
  });
}
