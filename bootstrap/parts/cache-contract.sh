# submarine-cache.sh ROOT COMMAND [KERNEL...]
#
# Looks after the cache that submarine-bootstrap.sh builds kernels in, and locks in one and the
# same way. The command line tool gives it to a shell as one argument, on this machine, ROOT
# being the user's folder, or in a container, ROOT being /submarine.
#
# A KERNEL is the end of its prefix's path: linux-64-glibc2.36/2f93ec1eb45b0d6c691fb333a240976a.
# What is printed are lines of fields between tabs, sizes in KiB, times in seconds since 1970.
#
#   list      KERNEL STATE SIZE OWN USED IMAGE for each prefix. STATE is complete, untrusted (its
#             mark is of another form than builds write now), building or unfinished; OWN is what
#             only this prefix holds, so what its removal frees; USED is when a start of an earlier
#             version last found it, or it was built; IMAGE is the one that built it.
#   sizes     NAME SIZE for each part of the cache: kernels, archives, builds, logs, earlier (what
#             earlier versions left) and other; a file that a kernel of theirs shares with their
#             package cache counts as the kernel's, one that a build shares with the store of
#             archives as the store's
#   builds    NAME SIZE for each folder that a build has its archives in, or has left them in; SIZE
#             is what its removal frees
#   records   conda's history, each record and the mark of the one KERNEL behind a line of \036 and
#             its path
#   files     `link PATH`, `file PATH` and `HASH  PATH` (sha256) for all that lies in it, `newer PATH`
#             for distributions of Python that are newer than its mark, and `stat ` before each line
#             of `recorded`
#   recorded  `SIZE SECONDS PATH` for what the mark of the one KERNEL records of its files
#   remove    asks for each KERNEL `ask KERNEL` and reads yes or no from stdin; prints
#             `removed KERNEL FREED`, `busy KERNEL` (it is being built), `kept KERNEL` or
#             `failed KERNEL` (its files cannot be removed)
#   sweep     removes folders of builds, by the NAMEs of `builds`; prints `swept FREED`, after
#             `failed PATH` for what cannot be removed
#   clear     empties the store of archives, and removes what earlier versions left; prints
#             `cleared FREED`, after `failed PATH` for what cannot be removed

# What earlier versions of this cache had besides.
cache_earlier='pkgs pip wheels images used channels'
