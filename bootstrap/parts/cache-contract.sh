# submarine-cache.sh ROOT COMMAND [KERNEL...]
#
# Looks after the cache that submarine-bootstrap.sh builds kernels in, and locks in one and the
# same way. The command line tool gives it to a shell as one argument, on this machine, ROOT
# being the user's folder, or in a container, ROOT being /submarine.
#
# A KERNEL is the end of its prefix's path: linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a.
# What is printed are lines of fields between tabs, sizes in KiB, times in seconds since 1970.
#
#   list      KERNEL STATE SIZE OWN USED IMAGE for each prefix. STATE is complete, building or
#             unfinished; OWN is what only this prefix holds, so what its removal frees; USED is
#             when a start last found it; IMAGE is the one that built it.
#   sizes     NAME SIZE for each part of the cache; a file that a kernel shares with the
#             package cache counts as the kernel's.
#   records   conda's history and each record of the one KERNEL behind a line of \036 and its path
#   files     `link PATH`, `file PATH` and `HASH  PATH` (sha256) for all that lies in it
#   remove    asks for each KERNEL `ask KERNEL USED` and reads yes or no from stdin; prints
#             `removed KERNEL FREED`, `busy KERNEL` (it is being built), `kept KERNEL` or
#             `failed KERNEL` (its files cannot be removed)
#   clear     empties the caches that builds download into; prints `cleared FREED`, after
#             `failed PATH` for what cannot be removed, or `busy PATH` when a build is going on
