# The example image with a kernel of its own that has two languages.
ARG BASE
FROM ${BASE} AS languages
ARG PIP_INDEX_URL
RUN /opt/conda/bin/conda create --quiet --yes --name languages --override-channels \
      --channel file:///opt/channel python pip \
 && /opt/conda/envs/languages/bin/python -m pip install --no-cache-dir ipykernel==7.4.0 bash_kernel==0.10.0 \
 && /opt/conda/envs/languages/bin/python -m ipykernel install --sys-prefix \
 && /opt/conda/envs/languages/bin/python -m bash_kernel.install --sys-prefix \
 && rm -rf /opt/conda/pkgs
