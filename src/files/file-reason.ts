import { errorCode } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'its file system is read-only',
  ENOSPC: 'no space is left on the disk',
  EDQUOT: 'the disk quota is used up',
  ENOTSUP: 'it is not a regular file',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a part of its path is not a folder',
  EFBIG: 'it is larger than a file may be here',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  ENOENT: 'there is no such file',
};

/** Why a file cannot be read or written, in a few words: of what a system call threw. */
export function fileReason(error: unknown): string {
  const code = errorCode(error);
  return REASONS[code ?? ''] ?? code ?? String(error);
}
