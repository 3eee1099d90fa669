# submarine-platform.sh
#
# Prints what the packages of a kernel depend on in the image whose shell runs it:
# linux-64-glibc2.36. The command line tool gives it to /bin/sh as one argument, so the
# image needs no bootstrap.
