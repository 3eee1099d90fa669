# Images that kernels are tested in: `conda` with a channel of awkward packages
# (test-channel.py) and with environments of its own, and the same with other shells.
ARG BASE
FROM ${BASE} AS test
COPY channel.py test-channel.py /build/
RUN /opt/conda/bin/python /build/test-channel.py /opt/test-channel /opt/channel \
 && create() { \
      name=$1; shift; \
      /opt/conda/bin/conda create --quiet --yes --name "$name" --override-channels \
        --channel file:///opt/test-channel "$@"; \
    } \
 && create plain python hello activate-plain activate-path \
 && create bash hello activate-bash activate-plain \
 && create odd hello activate-plain activate-fails activate-exits activate-broken activate-talks \
 && create variables hello \
 && /opt/conda/bin/conda env config vars set --name variables \
      OMP_NUM_THREADS=4 'SENTENCE=two words, $HOME and `date`' \
 && rm -rf /opt/conda/pkgs

# /bin/sh of the image above is dash, and bash is there. Here sh itself is bash.
FROM test AS sh-bash
RUN ln -sf bash /bin/sh

# dash, and no bash anywhere.
FROM test AS sh-dash
RUN rm /bin/bash /usr/bin/rbash

# busybox, and neither bash nor dash nor util-linux's flock.
FROM test AS sh-busybox
RUN apt-get update \
 && apt-get install -y --no-install-recommends busybox-static \
 && rm -rf /var/lib/apt/lists/* \
 && ln -sf busybox /bin/sh \
 && rm /bin/bash /bin/dash /usr/bin/rbash /usr/bin/flock

# No way to lock a file from a shell.
FROM test AS no-flock
RUN rm /usr/bin/flock
