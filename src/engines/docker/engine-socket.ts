import { connect } from 'node:net';

/**
 * Asks the engine something over its socket, which answers in 3 ms, where the client takes 15 to start.
 *
 * In HTTP/1.0: its answer comes in one piece and ends with the connection, so that nothing need be loaded to read it;
 * with `node:http` it takes 8 ms.
 *
 * @param path - of the API, without a version: `/images/alpine/json`
 * @returns the body of the answer; undefined when the engine has another answer than 200
 * @throws what Node throws when nobody listens there
 * @see https://docs.docker.com/reference/api/engine/
 */
export async function askSocket(socket: string, path: string): Promise<string | undefined> {
  const connection = connect(socket).setEncoding('utf8');
  connection.write(`GET ${path} HTTP/1.0\r\n\r\n`);
  let answer = '';
  for await (const text of connection) answer += String(text);
  const [, body] = /^HTTP\/1\.\d 200 .*?\r\n\r\n(.*)$/s.exec(answer) ?? [];
  return body;
}
