import { describe, expect, test } from '@jest/globals';

import { parseHostPort, parsePorts } from './ports.ts';

test.each([
  ['80', [{ containerPort: 80, protocol: 'tcp' }]],
  ['8080:80', [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }]],
  ['53:53/UDP', [{ hostPort: 53, containerPort: 53, protocol: 'udp' }]],
  ['127.0.0.1::8888', [{ host: '127.0.0.1', containerPort: 8888, protocol: 'tcp' }]],
  ['[::1]:8080:80', [{ host: '::1', hostPort: 8080, containerPort: 80, protocol: 'tcp' }]],
  [
    '0.0.0.0:8000-8001:80-81',
    [
      { host: '0.0.0.0', hostPort: 8000, containerPort: 80, protocol: 'tcp' },
      { host: '0.0.0.0', hostPort: 8001, containerPort: 81, protocol: 'tcp' },
    ],
  ],
])('%s is read', (text, ports) => {
  expect(parsePorts(text)).toEqual(ports);
});

test.each([
  '',
  'http',
  '0:80',
  '80:70000',
  '8000-8002:80',
  '82-80',
  'host:80:80',
  '1:2:3:4',
  '80/x',
])('%j is refused', (text) => {
  expect(() => parsePorts(text)).toThrow(`invalid port "${text}"`);
});

describe('a port of this machine', () => {
  test.each([
    ['8899', { port: 8899 }],
    ['0.0.0.0:8899', { host: '0.0.0.0', port: 8899 }],
    ['[::1]:1', { host: '::1', port: 1 }],
  ])('is read: %s', (text, port) => {
    expect(parseHostPort(text)).toEqual(port);
  });

  test.each(['', '0', '65536', '8899:8888', 'localhost:8899', '1.2.3:80', '80-90'])(
    'is refused: %s',
    (text) => {
      expect(() => parseHostPort(text)).toThrow(/invalid port/);
    },
  );
});
