/** Beginnings of names, and names, by who reads them. */
const OBEYED = [
  // The clients of engines, their plug-ins, and what they report to.
  ...['DOCKER_.*', 'BUILDKIT_.*', 'BUILDX_.*', 'COMPOSE_.*', 'MOBY_.*', 'NOTARY_.*', 'OTEL_.*'],
  ...['CONTAINERS?_.*', 'CONTAINERD_.*', 'REGISTRY_.*', 'KUBE.*', 'STORAGE_.*'],
  // Go, its network and its certificates; REQUEST_METHOD turns HTTP_PROXY off.
  ...['GO(?!OGLE).*', '.*_PROXY', 'REQUEST_METHOD', 'SSL.*', 'ZONEINFO'],
  // Node, and what it looks a program up by.
  ...['NODE_.*', 'PATH', 'PATHEXT', 'COMSPEC'],
  // The C library and the loader.
  ...['LD_.*', 'DYLD_.*', 'GLIBC_.*', 'MALLOC_.*', 'GCONV_PATH', 'NLSPATH', 'LOCPATH'],
  ...['RES_OPTIONS', 'LOCALDOMAIN', 'HOSTALIASES', 'RESOLV_.*'],
  ...['LANG', 'LANGUAGE', 'LC_.*', 'TZ', 'TZDIR', 'TERM', 'TERMINFO.*', 'COLUMNS', 'LINES'],
  // Whose folders and files they use.
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'XDG_.*'],
  ...['USERPROFILE', 'HOMEDRIVE', 'HOMEPATH', 'APPDATA', 'LOCALAPPDATA', 'PROGRAM.*'],
  ...['SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR'],
  // What an engine elsewhere and a login are reached through: ssh, gpg, the desktop's own store.
  ...[
    'SSH_.*',
    'GPG_.*',
    'GNUPGHOME',
    'PASSWORD_STORE_.*',
    'DBUS_.*',
    'DISPLAY',
    'WAYLAND_DISPLAY',
  ],
  'XAUTHORITY',
  // Shells, since a client may be a script, and a line that is shown is pasted into one. Some cannot even be set there.
  ...['BASH.*', 'SHELLOPTS', 'ENV', 'IFS', 'PS[0-4]', 'CDPATH', 'PWD', 'OLDPWD', 'SHLVL', '_'],
  ...['E?UID', 'PPID', 'GROUPS', 'DIRSTACK', 'FUNCNAME', 'FUNCNEST', 'RANDOM', 'SRANDOM'],
  ...['SECONDS', 'EPOCH.*', 'LINENO', 'HISTCMD', 'OPTIND', 'OPTARG', 'OPTERR', 'POSIXLY_CORRECT'],
];

/** Some are known in either case; where a system knows no case, all are. */
const PATTERN = new RegExp(`^(?:${OBEYED.join('|')})$`, 'i');

/**
 * Whether a variable of that name may change what the client of an engine does, the system's libraries that it is made
 * of, or a shell that it is started through: such a one is meant for the container, and the client must not have it.
 *
 * @see https://docs.docker.com/reference/cli/docker/#environment-variables
 * @see https://pkg.go.dev/runtime#hdr-Environment_Variables
 * @see https://pkg.go.dev/net/http#ProxyFromEnvironment
 */
export function isObeyedByClients(name: string): boolean {
  return PATTERN.test(name);
}
