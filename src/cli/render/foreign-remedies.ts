/** What leads from a file of another program to an environment. */
export const FOREIGN_REMEDIES: Readonly<Record<string, (file: string) => string>> = {
  'explicit-list': lockWith,
  'conda-lock': lockWith,
  'pixi-lock': () =>
    'write it as a list: pixi workspace export conda-explicit-spec DIR; and lock to that: --lock-file',
  'pixi-manifest': () =>
    'write it for conda: pixi workspace export conda-environment environment.yml',
  pyproject: (file) => `write down what it needs: uv pip compile ${file} -o requirements.txt`,
  dockerfile: (file) =>
    `build it, and name its image: docker build -t NAME -f ${file} . && submarine env add --name NAME --image NAME`,
  'kubernetes-manifest': () =>
    'name the image that it runs: submarine env add --name NAME --image IMAGE',
  recipe: () => 'list the package that it makes among the dependencies of an environment',
  'python-program': (file) =>
    `run it in an environment: submarine run --env NAME -- python ${file}`,
  'web-page': () => 'give the address of the file itself, which a site calls raw',
  notebook: (file) => `run it in an environment: submarine run --env NAME ${file}`,
};

function lockWith(file: string): string {
  return `lock an environment to it: submarine env add --name NAME --image IMAGE --lock-file ${file}`;
}
